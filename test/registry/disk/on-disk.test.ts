import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { PromptArchive } from "../../../src/contracts/registry.ts";
import { ConflictError } from "../../../src/core/errors.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { draft } from "../../suites/prompt-registry.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { pathsBelow, registryFailure } from "./registry-folder.ts";

const path = "main/default/classifier";
let root: string;
let folder: string;
let registry: PromptArchive;

beforeEach(() => {
  root = join(temporaryFolder(), "prompts");
  folder = join(root, path);
  registry = openRegistry(root, { now: () => new Date("2026-11-20T10:00:00.000Z"), by: "ada" });
});

const everything = () => pathsBelow(root);

describe("the folder", () => {
  test("is created by the first write, not by reading", async () => {
    await registry.list();
    await registry.environments();
    await registry.find(path);
    await registry.verify({ repair: true });
    expect(existsSync(root)).toBe(false);
    await registry.upsert(draft());
    expect(everything()).toEqual([
      "main",
      "main/default",
      `${path}`,
      `${path}/deployments.jsonl`,
      `${path}/prompt.yaml`,
      `${path}/v1.prompt`,
      `${path}/v1.yaml`,
      "registry.yaml",
    ]);
  });

  test("is not left behind by a rejected write", async () => {
    await expect(registry.upsert(draft({ versionName: "7" }))).rejects.toThrow("version name");
    await expect(registry.deploy(path, "staging")).rejects.toThrow("no prompt named");
    expect(existsSync(root)).toBe(false);
  });

  test("contains readable plain text", async () => {
    const origin = { parent: 1, engine: "gepa", gate: "improved" as const };
    await registry.upsert(
      draft({ description: "labels", tags: { team: "growth" }, versionName: "first", origin }),
    );
    const { version } = await registry.upsert(draft());
    const text = (name: string) => readFileSync(join(folder, name), "utf8");
    expect(readFileSync(join(root, "registry.yaml"), "utf8")).toMatch(
      /^format: 1\nenvironments:\n {2}- name: production\n {4}id: env_\w{21}\n {4}created_at: 2026-11-20T10:00:00.000Z\n$/,
    );
    expect(text("prompt.yaml")).toBe(
      `id: ${version.promptId}\ndescription: labels\ntags:\n  team: growth\ncreated_at: 2026-11-20T10:00:00.000Z\n`,
    );
    expect(text("v1.prompt")).toBe("---\nmodel: gpt-4o-mini\ntemperature: 0.1\n---\n\nClassify: {{text}}\n");
    expect(text("v1.yaml")).toBe(
      `version: 1\nversion_id: ${version.versionId}\ndigest: ${version.digest}\nversion_name: first\n` +
        "created_at: 2026-11-20T10:00:00.000Z\ncreated_by: ada\nparent: 1\nengine: gepa\ngate: improved\n",
    );
    expect(JSON.parse(text("deployments.jsonl"))).toEqual({
      at: "2026-11-20T10:00:00.000Z",
      environment: "production",
      from: null,
      to: 1,
      version_id: version.versionId,
      by: "ada",
      note: "first version",
    });
  });

  test("is readable if written by hand, without environment ids or registry.yaml", async () => {
    await registry.upsert(draft());
    writeFileSync(join(root, "registry.yaml"), "format: 1\nenvironments: [live, staging]\n");
    expect(await registry.environments()).toEqual(["live", "staging"]);
    rmSync(join(root, "registry.yaml"));
    expect(await registry.environments()).toEqual(["production"]);
    expect((await registry.get(`${path}@production`)).version).toBe(1);
  });

  test("keeps everything if it is moved as a whole", async () => {
    const { version } = await registry.upsert(draft());
    renameSync(folder, join(root, "moved"));
    expect(await registry.get("moved")).toEqual({ ...version, path: "moved", uri: "prompts:/moved/1" });
    expect((await registry.get(version.versionId)).path).toBe("moved");
  });
});

describe("a version's file", () => {
  test("that was edited is an error that names the edit", async () => {
    await registry.upsert(draft());
    await registry.upsert(draft({ template: "x" }));
    const file = join(folder, "v1.prompt");
    writeFileSync(file, readFileSync(file, "utf8").replace("Classify", "Clasify"));
    const error = await registryFailure(registry.get(`${path}@1`));
    expect(error.message).toBe(
      `${file} was edited after it was registered: it does not match the digest of version 1`,
    );
    expect(error.hint).toBe(
      "versions are immutable: restore the file (git checkout) and register the edit with: dao-opt registry upsert",
    );
    expect((await registry.get(path)).version).toBe(2);
    expect((await registry.list())[0]?.latest).toBe(2);
  });

  test("that is invalid or missing after an edit is an error too", async () => {
    await registry.upsert(draft());
    const file = join(folder, "v1.prompt");
    writeFileSync(file, "---\nmodle: x\n---\n");
    expect((await registryFailure(registry.get(path))).message).toBe(
      `${file} was edited after it was registered and cannot be read: ${file}:2:1  modle: unknown key; did you mean model?`,
    );
    rmSync(file);
    expect((await registryFailure(registry.get(path))).message).toBe(`${file} is missing`);
  });

  test("checked out by git with CRLF is the same version", async () => {
    const { version } = await registry.upsert(draft({ template: "a\nb\n" }));
    const file = join(folder, "v1.prompt");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("\n", "\r\n"));
    expect(await registry.get(path)).toEqual(version);
  });

  test.each([
    ["v1.yaml", "version: 1\n", /v1\.yaml cannot be read: version_id: .*; digest: .*; created_at: /],
    [
      "v1.yaml",
      "<<<<<<< HEAD\nversion: 1\n",
      /v1\.yaml:1:1 cannot be read: it contains the markers of a git merge/,
    ],
    ["v1.yaml", "version: !!js/function 1\n", /v1\.yaml:1:10 cannot be read: Unresolved tag/],
    ["prompt.yaml", "id: 7\n", /prompt\.yaml cannot be read: id: /],
    ["prompt.yaml", "\xff\xfe", /prompt\.yaml is not UTF-8 text/],
    ["deployments.jsonl", "{}\n", /deployments\.jsonl:1 cannot be read: at: /],
  ])("%s that holds %j is one clear error", async (name, content, message) => {
    await registry.upsert(draft());
    writeFileSync(join(folder, name), Buffer.from(content, "latin1"));
    const error = await registryFailure(registry.get(path));
    expect(error.message).toMatch(message);
    expect(error.message).toContain(folder);
    expect(error.hint).toBeDefined();
  });

  test("that claims another number is an error", async () => {
    await registry.upsert(draft());
    const file = join(folder, "v1.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("version: 1", "version: 4"));
    expect((await registryFailure(registry.get(path))).message).toBe(`${file} contains version 4`);
  });

  test("that is too large is rejected unread", async () => {
    await registry.upsert(draft());
    truncateSync(join(folder, "v1.prompt"), 10_000_001);
    expect((await registryFailure(registry.get(path))).message).toBe(
      `${folder}/v1.prompt is larger than 10 MB`,
    );
  });

  test("that is a pipe does not block a reader", async () => {
    await registry.upsert(draft());
    rmSync(join(folder, "v1.prompt"));
    execFileSync("mkfifo", [join(folder, "v1.prompt")]);
    expect((await registryFailure(registry.get(path))).message).toBe(
      `${folder}/v1.prompt is not a regular file`,
    );
  });

  test("of a later format asks for an update of the tool", async () => {
    await registry.upsert(draft());
    writeFileSync(join(root, "registry.yaml"), "format: 2\nenvironments: [production]\n");
    const error = await registryFailure(registry.environments());
    expect(error.message).toBe(
      `${root}/registry.yaml has format 2 from a newer dao-opt; this version reads format 1`,
    );
    expect(error.hint).toBe("update dao-opt");
  });
});

test("a list reads only what it returns", async () => {
  await registry.upsert(draft());
  await registry.upsert(draft({ template: "x" }));
  await registry.upsert(draft({ path: "other/broken" }));
  for (const name of ["v1.yaml", "v1.prompt", "v2.prompt"]) writeFileSync(join(folder, name), "broken: [");
  writeFileSync(join(root, "other/broken/prompt.yaml"), "broken: [");
  expect((await registry.list({ folder: "main" })).map(({ latest }) => latest)).toEqual([2]);
});

describe("a tombstone", () => {
  test("is omitted from lists, is no longer found, and keeps its number", async () => {
    await registry.upsert(draft());
    await registry.upsert(draft({ template: "two", versionName: "gone" }));
    appendFileSync(join(folder, "v2.yaml"), "deleted_at: 2026-11-21T00:00:00.000Z\n");
    rmSync(join(folder, "v2.prompt"));
    expect((await registry.history(path)).map(({ version }) => version)).toEqual([1]);
    expect((await registry.get(path)).version).toBe(1);
    expect((await registry.list())[0]?.latest).toBe(1);
    await expect(registry.get(`${path}@2`)).rejects.toMatchObject({
      message: `no version named "${path}@2"`,
      hint: "version 2 was deleted at 2026-11-21T00:00:00.000Z",
    });
    expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
    const again = await registry.upsert(draft({ template: "two", versionName: "gone" }));
    expect([again.isNew, again.version.version]).toEqual([true, 3]);
  });

  test("of the last version removes the prompt from lists", async () => {
    await registry.upsert(draft());
    appendFileSync(join(folder, "v1.yaml"), "deleted_at: 2026-11-21T00:00:00.000Z\n");
    expect(await registry.list()).toEqual([]);
    await expect(registry.get(path)).rejects.toMatchObject({ hint: "all are deleted" });
  });
});

describe("deployments.jsonl", () => {
  test.each(['{"at":"2026-11-20T10:00:00.0', '{"at":"x","note":"a}', "{", "\0\0\0\0"])(
    "with the torn last line %j drops it, and the next writer starts a new line",
    async (torn) => {
      await registry.upsert(draft());
      await registry.upsert(draft({ template: "x" }));
      appendFileSync(join(folder, "deployments.jsonl"), torn);
      expect(await registry.deployments(path)).toHaveLength(1);
      await registry.deploy(`${path}@2`, "production");
      expect((await registry.get(`${path}@production`)).version).toBe(2);
      expect(await registry.deployments(path)).toHaveLength(2);
      expect(await registry.verify()).toEqual({
        ok: true,
        damage: [],
        notes: [
          {
            file: `${path}/deployments.jsonl`,
            message: "line 2 was not completed by its writer and is ignored",
          },
        ],
      });
    },
  );

  test("without its last line break loses nothing", async () => {
    await registry.upsert(draft());
    const file = join(folder, "deployments.jsonl");
    writeFileSync(file, readFileSync(file, "utf8").trimEnd());
    await registry.deploy(path, "staging");
    expect((await registry.get(path)).environments).toEqual(["production", "staging"]);
  });
});

describe("what a killed writer leaves", () => {
  const stages = ["prompt.yaml", "v1.prompt", "deployments.jsonl"];
  test.each(stages)("of a first version, up to %s, is ignored and does not block writers", async (stage) => {
    await registry.upsert(draft());
    for (const name of ["v1.yaml", ...stages.slice(stages.indexOf(stage) + 1)]) rmSync(join(folder, name));
    writeFileSync(join(folder, ".v1.yaml.0123456789ab.tmp"), "version: 1\nver");
    expect(await registry.list()).toEqual([]);
    expect(await registry.find(path)).toBeUndefined();
    expect((await registry.verify()).ok).toBe(true);
    const { version, isNew } = await registry.upsert(draft({ template: "another" }));
    expect([version.version, isNew, version.environments]).toEqual([1, true, ["production"]]);
    expect(await registry.deployments(path)).toHaveLength(1);
    expect(await registry.get(path)).toEqual(version);
    expect((await registry.verify()).notes).toEqual([
      { file: `${path}/.v1.yaml.0123456789ab.tmp`, message: "left by an interrupted writer" },
    ]);
  });

  test("of a later version is set aside, not lost", async () => {
    await registry.upsert(draft());
    writeFileSync(join(folder, "v2.prompt"), "a person's work");
    expect((await registry.history(path)).length).toBe(1);
    const { version } = await registry.upsert(draft({ template: "x" }));
    expect(version.version).toBe(2);
    const aside = join(root, ".set-aside", "2026-11-20T10-00-00-000Z", path, "v2.prompt");
    expect(readFileSync(aside, "utf8")).toBe("a person's work");
  });
});

describe("links", () => {
  test("that lead out of the registry are rejected, for folders and for files", async () => {
    const outside = temporaryFolder();
    await openRegistry(outside).upsert(draft({ path: "secret" }));
    await registry.upsert(draft());
    symlinkSync(outside, join(root, "out"));
    expect((await registryFailure(registry.get("out/secret"))).message).toBe(
      `${root}/out/secret is outside the registry, behind a link`,
    );
    expect((await registryFailure(registry.upsert(draft({ path: "out/new" })))).message).toContain(
      "outside the registry",
    );
    expect(existsSync(join(outside, "new"))).toBe(false);
    expect((await registry.list()).map((summary) => summary.path)).toEqual([path]);
    rmSync(join(folder, "v1.prompt"));
    symlinkSync(join(outside, "secret", "v1.prompt"), join(folder, "v1.prompt"));
    expect((await registryFailure(registry.get(path))).message).toBe(
      `${folder}/v1.prompt is a link to a file outside the registry`,
    );
  });

  test("that stay inside are followed, and listed once", async () => {
    await registry.upsert(draft());
    symlinkSync(join(root, "main"), join(root, "alias"));
    expect((await registry.get("alias/default/classifier")).version).toBe(1);
    expect(await registry.list()).toHaveLength(1);
  });

  test("may lead to the registry itself", async () => {
    await registry.upsert(draft());
    const link = join(temporaryFolder(), "link");
    symlinkSync(root, link);
    const linked = openRegistry(link);
    expect((await linked.upsert(draft({ template: "x" }))).version.version).toBe(2);
    expect(await linked.list()).toHaveLength(1);
  });
});

describe("a write that fails", () => {
  test("because a file is in the way", async () => {
    mkdirSync(root);
    writeFileSync(join(root, "main"), "");
    const error = await registryFailure(registry.upsert(draft()));
    expect(error.message).toBe(`${folder} cannot be written: a parent folder is a file`);
    const blocked = openRegistry(join(root, "main"));
    expect((await registryFailure(blocked.upsert(draft()))).message).toBe(
      `${root}/main cannot be written: a parent folder is a file`,
    );
  });

  test("because a folder's name differs only by case", async () => {
    mkdirSync(join(root, "Main"), { recursive: true });
    await expect(registry.upsert(draft())).rejects.toThrow(ConflictError);
    expect(everything()).toEqual(["Main"]);
  });
});

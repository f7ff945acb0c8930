import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { PromptArchive } from "../../../src/contracts/registry.ts";
import { openRegistry } from "../../../src/registry/open-registry.ts";
import { draft } from "../../suites/prompt-registry.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const path = "main/classifier";
let root: string;
let folder: string;
let registry: PromptArchive;
let minute = 0;

beforeEach(() => {
  root = join(temporaryFolder(), "prompts");
  folder = join(root, path);
  minute = 0;
  registry = openAt(0);
});

/** Every write is a minute after the one before. */
const openAt = (day: number) =>
  openRegistry(root, { now: () => new Date(Date.UTC(2026, 10, 20 + day, 10, minute++)), by: "ada" });
const file = (name: string) => join(folder, name);
const edit = (name: string, change: (text: string) => string) =>
  writeFileSync(file(name), change(readFileSync(file(name), "utf8")));
const file3 = async () => {
  for (const template of ["one", "two", "three"]) await registry.upsert(draft({ path, template }));
};
const templates = async () =>
  (await registry.history(path)).map(({ version, template }) => [version, template]);
const asideFiles = () =>
  existsSync(join(root, ".set-aside"))
    ? readdirSync(join(root, ".set-aside"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() || entry.isSymbolicLink())
        .map(({ name }) => name)
        .sort()
    : [];

/** Repairs, and checks that a second look finds the registry sound. */
const repair = async () => {
  const repaired = await registry.verify({ repair: true });
  expect(repaired.damage).toEqual([]);
  expect(repaired.ok).toBe(true);
  expect((await registry.verify()).damage).toEqual([]);
  return repaired.notes.map(({ file: at, message }) => `${at}: ${message}`);
};

describe("verify", () => {
  test("finds nothing in an undamaged registry, and changes nothing", async () => {
    await file3();
    await registry.deploy(`${path}@2`, "staging");
    const before = readdirSync(root, { recursive: true });
    expect(await registry.verify()).toEqual({ ok: true, damage: [], notes: [] });
    expect(await registry.verify({ repair: true })).toEqual({ ok: true, damage: [], notes: [] });
    expect(readdirSync(root, { recursive: true })).toEqual(before);
  });

  test("an edited version is set aside, and its environment moved back", async () => {
    await file3();
    await registry.deploy(`${path}@2`, "production");
    edit("v2.prompt", (text) => `${text}more`);
    const found = await registry.verify();
    expect(found.ok).toBe(false);
    expect(found.damage).toEqual([
      {
        file: `${path}/v2.prompt`,
        message: "v2.prompt was edited after it was registered: it does not match the digest of version 2",
      },
    ]);
    expect(await repair()).toEqual([
      `${path}/v2.prompt: v2.prompt was edited after it was registered: it does not match the digest of version 2: version 2 was set aside`,
      `${path}/deployments.jsonl: production points to version 2, which does not exist: production was moved back to version 1`,
    ]);
    expect(asideFiles()).toEqual(["v2.prompt", "v2.yaml"]);
    expect(await templates()).toEqual([
      [1, "one"],
      [3, "three"],
    ]);
    expect((await registry.get(`${path}@production`)).version).toBe(1);
    expect((await registry.upsert(draft({ path, template: "two" }))).version.version).toBe(4);
  });

  test.each([
    ["a record that cannot be read", "v2.yaml", "version: [", /v2\.yaml: .*v2\.yaml:1:\d+ cannot be read/],
    ["a record emptied", "v2.yaml", "", /v2\.yaml cannot be read/],
  ])("%s is set aside", async (_, name, content, message) => {
    await file3();
    writeFileSync(file(name), content);
    const [note] = await repair();
    expect(note).toMatch(message);
    expect(asideFiles()).toEqual(["v2.prompt", "v2.yaml"]);
    expect((await templates()).map(([version]) => version)).toEqual([1, 3]);
  });

  test("missing files leave a tombstone", async () => {
    await file3();
    rmSync(file("v1.yaml"));
    rmSync(file("v2.prompt"));
    const { damage } = await registry.verify();
    expect(damage.map(({ file: at, message }) => `${at}: ${message}`)).toEqual([
      `${path}/v1.prompt: version 1 has no record (.yaml)`,
      `${path}/v2.yaml: version 2 has no .prompt file`,
      `${path}/deployments.jsonl: production points to version 1, which does not exist`,
    ]);
    await repair();
    expect(await templates()).toEqual([[3, "three"]]);
    await expect(registry.get(`${path}@production`)).rejects.toThrow("no version named");
    rmSync(file("v2.yaml"));
    expect((await registry.verify()).damage).toEqual([
      { file: path, message: "version 2 is missing: its files are gone" },
    ]);
    await repair();
    expect((await registry.upsert(draft({ path, template: "four" }))).version.version).toBe(4);
  });

  test("a number far out of sequence is set aside", async () => {
    await file3();
    renameSync(file("v3.yaml"), file("v999999999.yaml"));
    renameSync(file("v3.prompt"), file("v999999999.prompt"));
    await repair();
    expect((await registry.upsert(draft({ path, template: "four" }))).version.version).toBe(3);
  });

  test("a version that claims the number of another is renumbered by its file", async () => {
    await file3();
    edit("v3.yaml", (text) => text.replace("version: 3", "version: 2"));
    expect(await repair()).toEqual([
      `${path}/v3.yaml: it contains version 2; two versions cannot have that number: version 2 was renumbered 3`,
    ]);
    expect(await templates()).toEqual([
      [1, "one"],
      [2, "two"],
      [3, "three"],
    ]);
  });

  test("a copy of a version under another number is set aside", async () => {
    await file3();
    cpSync(file("v2.yaml"), file("v4.yaml"));
    cpSync(file("v2.prompt"), file("v4.prompt"));
    await repair();
    expect((await templates()).map(([version]) => version)).toEqual([1, 2, 3]);
    expect(asideFiles()).toEqual(["v4.prompt", "v4.yaml"]);
  });

  test("ids and names shared by two versions are removed from the later one", async () => {
    await registry.upsert(draft({ path, template: "one", versionName: "blue" }));
    await registry.upsert(draft({ path, template: "two", versionName: "red" }));
    const [one, two] = await registry.history(path);
    edit("v2.yaml", (text) =>
      text.replace(two?.versionId ?? "", one?.versionId ?? "").replace("red", "blue"),
    );
    edit("deployments.jsonl", (text) => text);
    const notes = await repair();
    expect(notes).toEqual([
      `${path}/v2.yaml: version 2 has the id of version 1: ${one?.versionId}: its id is now ${two?.versionId}`,
      `${path}/v2.yaml: version 2 has the name of version 1: blue: the name blue was removed from version 2`,
    ]);
    expect((await registry.get(`${path}@blue`)).version).toBe(1);
  });

  test("leftovers of dead writers are notes", async () => {
    await file3();
    writeFileSync(file(".v4.yaml.0123456789ab.tmp"), "x");
    writeFileSync(file("v4.prompt"), "x");
    writeFileSync(join(root, ".lock"), "");
    const { ok, notes } = await registry.verify();
    expect(ok).toBe(true);
    expect(notes.map(({ file: at, message }) => `${at}: ${message}`)).toEqual([
      ".lock: left by an interrupted writer; the next writer takes it over",
      `${path}/.v4.yaml.0123456789ab.tmp: left by an interrupted writer`,
      `${path}/v4.prompt: it was left by an interrupted writer`,
    ]);
    await repair();
    expect(asideFiles()).toEqual([".v4.yaml.0123456789ab.tmp", "v4.prompt"]);
    expect((await registry.verify()).notes).toEqual([]);
  });

  test("a damaged prompt.yaml is rewritten with its old id", async () => {
    await registry.upsert(draft({ path, template: "one", description: "kept aside" }));
    const { promptId } = await registry.get(path);
    edit("prompt.yaml", (text) => `${text}\nbroken: [`);
    await repair();
    expect((await registry.get(promptId)).version).toBe(1);
    expect(asideFiles()).toEqual(["prompt.yaml"]);
    rmSync(file("prompt.yaml"));
    expect((await registry.verify()).damage).toEqual([
      { file: `${path}/prompt.yaml`, message: "it is missing, although there are versions" },
    ]);
    await repair();
    expect((await registry.get(path)).template).toBe("one");
  });

  test("invalid lines of deployments.jsonl are dropped, and the old file is set aside", async () => {
    await file3();
    await registry.deploy(path, "production");
    edit("deployments.jsonl", (text) => text.replace("\n", '\n{"at": 7}\n'));
    expect((await registry.verify()).damage[0]?.message).toMatch(/^line 2: at: /);
    await repair();
    expect((await registry.deployments(path)).map(({ to }) => to)).toEqual([1, 3]);
    expect(asideFiles()).toEqual(["deployments.jsonl"]);
  });

  test("links out of the registry are set aside; invalid path names are reported", async () => {
    await file3();
    symlinkSync(temporaryFolder(), join(root, "out"));
    mkdirSync(join(root, "a@b"));
    mkdirSync(join(root, "MAIN"));
    const { damage } = await registry.verify({ repair: true });
    expect(damage).toEqual([
      {
        file: "a@b",
        message: 'its name is not a valid prompt path: "a@b" holds "@"; rename the folder',
        isByHand: true,
      },
      {
        file: "main",
        message: 'it differs only by case from "MAIN"; rename one of the two folders',
        isByHand: true,
      },
    ]);
    expect(existsSync(join(root, "out"))).toBe(false);
  });

  test("a copied prompt folder gets new ids", async () => {
    await file3();
    cpSync(folder, join(root, "main/copy"), { recursive: true });
    const { promptId } = await registry.get(path);
    expect((await registry.verify()).damage).toEqual([
      { file: "main/copy/prompt.yaml", message: `it has the id of main/classifier: ${promptId}` },
    ]);
    await repair();
    const original = await registry.get(`${path}@2`);
    const copy = await registry.get("main/copy@2");
    expect(copy.promptId).not.toBe(original.promptId);
    expect(copy.versionId).not.toBe(original.versionId);
    expect(copy.digest).toBe(original.digest);
    expect((await registry.get("main/copy@production")).version).toBe(1);
  });
});

describe("two git branches that both created a version", () => {
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root, stdio: "pipe" });
  const branch = async (name: string, day: number, work: (on: PromptArchive) => Promise<unknown>) => {
    git("checkout", "-q", "-b", name, "start");
    await work(openAt(day));
    git("add", "-A");
    git("commit", "-qm", name);
  };
  const start = async () => {
    git("init", "-q", "-b", "start");
    git("add", "-A");
    git("commit", "-qm", "start");
  };

  test("the later one is renumbered, with its environments", async () => {
    for (const template of ["one", "two"]) await registry.upsert(draft({ path, template }));
    await start();
    await branch("late", 2, async (on) => {
      await on.upsert(draft({ path, template: "late\nwork", versionDescription: "from late" }));
      await on.deploy(path, "staging");
    });
    await branch("early", 1, async (on) => {
      await on.upsert(draft({ path, template: "early\nwork" }));
      await on.deploy(path, "canary");
    });
    expect(() => git("merge", "-q", "late")).toThrow();

    const { ok, damage } = await registry.verify();
    expect(ok).toBe(false);
    expect(damage.map(({ message }) => message)).toContain(
      "two branches both made version 3: git could not merge them",
    );
    const notes = await repair();
    expect(notes.join("\n")).toMatch(/the version 3 of 2026-11-22T\S+ was renumbered 4/);
    expect(await templates()).toEqual([
      [1, "one"],
      [2, "two"],
      [3, "early\nwork"],
      [4, "late\nwork"],
    ]);
    expect(await registry.environments()).toEqual(["production", "canary", "staging"]);
    expect((await registry.get(`${path}@canary`)).version).toBe(3);
    expect((await registry.get(`${path}@staging`)).versionDescription).toBe("from late");
    expect(asideFiles()).toEqual([
      "deployments.jsonl",
      "deployments.jsonl.2",
      "registry.yaml",
      "v3.prompt",
      "v3.yaml",
    ]);
  });

  test("with equal details leave one version", async () => {
    await registry.upsert(draft({ path, template: "one" }));
    await start();
    for (const [name, day] of [
      ["late", 2],
      ["early", 1],
    ] as const) {
      await branch(name, day, (on) => on.upsert(draft({ path, template: "same" })));
    }
    expect(() => git("merge", "-q", "late")).toThrow();
    await repair();
    const versions = await registry.history(path);
    expect(versions.map(({ version, createdAt }) => [version, createdAt.slice(0, 10)])).toEqual([
      [1, "2026-11-20"],
      [2, "2026-11-21"],
    ]);
  });

  test("of one new prompt keep both texts under the earlier id", async () => {
    await registry.upsert(draft({ path: "other" }));
    await start();
    await branch("late", 2, (on) => on.upsert(draft({ path, template: "late" })));
    await branch("early", 1, (on) => on.upsert(draft({ path, template: "early" })));
    const { promptId } = await registry.get(path);
    expect(() => git("merge", "-q", "late")).toThrow();
    await repair();
    expect(await templates()).toEqual([
      [1, "early"],
      [2, "late"],
    ]);
    expect((await registry.get(path)).promptId).toBe(promptId);
  });

  test("kept side by side by a merge tool are both found", async () => {
    for (const template of ["one", "two"]) await registry.upsert(draft({ path, template }));
    const other = join(temporaryFolder(), "prompts");
    cpSync(root, other, { recursive: true });
    await openRegistry(other).upsert(draft({ path, template: "theirs" }));
    await registry.upsert(draft({ path, template: "ours" }));
    cpSync(join(other, path, "v3.yaml"), file("v3.yaml~theirs"));
    cpSync(join(other, path, "v3.prompt"), file("v3.prompt~theirs"));
    expect((await registry.verify()).damage).toEqual([
      { file: `${path}/v3.yaml~theirs`, message: "it is a second version 3" },
    ]);
    await repair();
    expect((await templates()).slice(2)).toEqual([
      [3, "ours"],
      [4, "theirs"],
    ]);
  });
});

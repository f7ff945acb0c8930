import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { writeHumanloopExport } from "../../registry/transfer/humanloop-export.ts";
import { refusedValues } from "../../registry/value-cases.ts";
import { type CliOptions, runCli } from "../../support/run-cli.ts";

let cwd: string;
const cli = (args: readonly string[], options: Partial<CliOptions> = {}) =>
  runCli(["registry", ...args], { cwd, ...options });
const upsert = async (text: string, ...args: readonly string[]) =>
  (await cli(["upsert", "-", "--json", ...args], { stdin: text })).json as Record<string, unknown>;

const chat = `---
model: gpt-4o-mini
temperature: 0.2
---

<system>
Be brief.
</system>

<user>{{question}}</user>
`;

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "registry-cli-")));
  const folder = cwd;
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

describe("upsert", () => {
  test.each(refusedValues)(
    "rejects %s: %j with exit 2, and registers nothing",
    async (key, value, message) => {
      const stdin = JSON.stringify({ path: "main/x", model: "m", template: "Hi", [key]: value });
      const refused = await cli(["upsert", "-"], { stdin });
      expect([refused.exitCode, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr.replaceAll(/\s+/g, " ")).toContain(message);
      expect((await cli(["list", "--json"])).json).toEqual([]);
    },
  );

  test("rejects a tool choice for a tool the prompt does not have", async () => {
    const stdin = JSON.stringify({ path: "x", model: "m", template: "Hi", tool_choice: "required" });
    const refused = await cli(["upsert", "-"], { stdin });
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain("requires a tool");
  });

  test("exits 1 and names the existing version if equal details have another name", async () => {
    await upsert(chat, "--path", "main/x", "--version-name", "one");
    const again = await cli(["upsert", "-", "--path", "main/x", "--version-name", "two"], { stdin: chat });
    expect(again.exitCode).toBe(1);
    expect(again.stderr.replaceAll(/\s+/g, " ")).toContain('already version 1 of main/x, named "one"');
  });

  test("accepts .prompt, JSON and YAML from a file or standard input as the same version", async () => {
    writeFileSync(join(cwd, "x.prompt"), chat);
    const made = await cli(["upsert", "x.prompt", "--path", "main/x", "--version-name", "one"], {
      env: { USER: "ada" },
    });
    expect(made).toMatchObject({ exitCode: 0, stdout: "prompts:/main/x/1 is new, deployed to production\n" });
    const json = JSON.stringify({
      path: "main/x",
      model: "gpt-4o-mini",
      temperature: 0.2,
      template: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "{{question}}" },
      ],
    });
    const yaml =
      "model: gpt-4o-mini\ntemperature: 2e-1\ntemplate:\n  - role: system\n    content: Be brief.\n  - { role: user, content: '{{question}}' }\n";
    writeFileSync(join(cwd, "x.yaml"), yaml);
    writeFileSync(join(cwd, "x.json"), json);
    expect(await upsert(chat, "--path", "main/x")).toMatchObject({ version: 1, is_new: false });
    expect(await upsert(json)).toMatchObject({ version: 1, is_new: false, version_name: "one" });
    expect(await upsert(yaml, "--path", "main/x")).toMatchObject({ version: 1, is_new: false });
    for (const args of [["x.yaml", "--path", "main/x"], ["x.json"]]) {
      expect((await cli(["upsert", ...args])).stdout).toBe(
        "prompts:/main/x/1 is there already, deployed to production\n",
      );
    }
    expect((await cli(["show", "main/x", "--json"])).json).toMatchObject({ created_by: "ada" });
  });

  test("registers an edited version file as a new version, and prints how to restore the old one", async () => {
    await upsert(chat, "--path", "main/x");
    const file = join(cwd, "prompts/main/x/v1.prompt");
    writeFileSync(file, readFileSync(file, "utf8").replace("Be brief.", "Be very brief."));
    const { stdout, stderr } = await cli(["upsert", "prompts/main/x/v1.prompt"]);
    expect(stdout).toBe("prompts:/main/x/2 is new\n");
    expect(stderr).toBe(
      "note: versions are immutable; restore prompts/main/x/v1.prompt with: git checkout -- prompts/main/x/v1.prompt\n",
    );
    expect((await cli(["show", "main/x@2", "--raw"])).stdout).toContain("Be very brief.");
  });

  test("reports missing, invalid and duplicate values", async () => {
    const errorOf = async (text: string, ...args: readonly string[]) =>
      (await cli(["upsert", "-", ...args], { stdin: text })).stderr;
    expect(await errorOf(chat)).toContain("standard input has no path");
    expect(await errorOf("just text", "--path", "x")).toContain("has no model");
    expect(await errorOf("---\nmodel: m\npath: a\n---\nx", "--path", "b")).toContain("--path is b");
    expect(await errorOf("---\nmodel: m\ntemprature: 1\n---\nx", "--path", "x")).toMatch(
      /standard input:3:\d+ .*temprature: unknown key; did you mean temperature\?/,
    );
    expect(await errorOf("model: m\nseed: soon\n", "--path", "x")).toMatch(/standard input:2:\d+ .*seed/);
    expect((await cli(["upsert", "none.prompt"])).stderr).toContain(
      "none.prompt cannot be read: no such file",
    );
    expect((await cli(["upsert", "."])).stderr).toContain("is not a regular file");
    expect((await cli(["list", "--json"])).json).toEqual([]);
  });

  test("rejects a version name that is taken, with exit 1", async () => {
    await upsert(chat, "--path", "x", "--version-name", "one");
    const { exitCode, stderr } = await cli(["upsert", "-", "--path", "x", "--version-name", "one"], {
      stdin: chat.replace("0.2", "0.3"),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('version name "one" of x is taken by version 1');
  });
});

describe("with two versions", () => {
  beforeEach(async () => {
    await upsert(chat, "--path", "main/x");
    await upsert(chat.replace("0.2", "0.3"), "--path", "main/x");
  });

  test("rename-version sets and removes name and description", async () => {
    expect((await cli(["rename-version", "main/x@2", "colder"])).stdout).toBe(
      "prompts:/main/x/2 has the name colder\n",
    );
    const described = await cli([
      "rename-version",
      "main/x@colder",
      "--version-description",
      "why",
      "--json",
    ]);
    expect(described.json).toMatchObject({ version_name: "colder", version_description: "why" });
    expect((await cli(["rename-version", "main/x@1", "colder"])).exitCode).toBe(1);
    expect((await cli(["rename-version", "main/x@1", "3"])).exitCode).toBe(2);
    expect((await cli(["rename-version", "main/x@1"])).stderr).toContain("no name given");
    expect((await cli(["rename-version", "main/x@2", "--remove"])).stdout).toContain("has no name");
  });

  test("move keeps the id", async () => {
    const { prompt_id } = (await cli(["show", "main/x", "--json"])).json as { prompt_id: string };
    expect((await cli(["move", "main/x", "y"])).stdout).toBe("main/x → y\n");
    expect((await cli(["move", prompt_id, "z/y", "--json"])).json).toEqual({
      from: "y",
      path: "z/y",
      prompt_id,
      latest: 2,
    });
  });

  test("delete rejects deployed versions, and whole prompts without --yes", async () => {
    const deployed = await cli(["delete", "main/x@1"]);
    expect([deployed.exitCode, deployed.stderr]).toEqual([
      1,
      "error: version 1 of main/x is deployed to production\n  → deploy another version to production first\n",
    ]);
    expect((await cli(["delete", "main/x@2"])).stdout).toBe(
      "version 2 of main/x deleted; its number is not reused\n",
    );
    const unsure = await cli(["delete", "main/x"]);
    expect([unsure.exitCode, unsure.stderr]).toEqual([
      2,
      "error: this would delete main/x with 1 version\n  → confirm with --yes; to delete one version, name it: main/x@1\n",
    ]);
    expect((await cli(["delete", "main/x", "--yes"])).stdout).toBe("main/x deleted with 1 version\n");
    expect((await cli(["list", "--json"])).json).toEqual([]);
  });

  test("undeploy clears an environment, rollback restores it", async () => {
    expect((await cli(["undeploy", "main/x", "--note", "n"])).stdout).toBe(
      "main/x: production 1 → nothing\n",
    );
    expect((await cli(["rollback", "main/x"])).stdout).toBe("main/x: production nothing → 1\n");
  });

  test("environments are added once and listed, the default one first", async () => {
    expect((await cli(["environment", "add", "staging"])).stdout).toMatch(
      /^staging is new \(env_\w{21}\)\n$/,
    );
    expect((await cli(["environment", "add", "staging"])).stdout).toContain("is there already");
    expect((await cli(["environment", "add", "latest"])).exitCode).toBe(2);
    expect((await cli(["environment", "list", "--json"])).json).toMatchObject([
      { name: "production", is_default: true },
      { name: "staging", is_default: false },
    ]);
    expect((await cli(["environment", "list"])).stdout).toMatch(/production .* default/);
  });

  test("an environment with a name similar to another's is created only on request", async () => {
    await cli(["environment", "add", "staging"]);
    const before = (await cli(["environment", "list", "--json"])).json;
    const deploy = (...args: string[]) => cli(["deploy", "main/x@1", ...args]);
    for (const [name, near] of [
      ["prodution", "production"],
      ["prod", "production"],
      ["Stagin", "staging"],
    ] as const) {
      expect(await deploy("--environment", name)).toMatchObject({
        exitCode: 2,
        stdout: "",
        stderr: expect.stringContaining(
          `unknown environment "${name}"; did you mean ${near}?\n  → use --environment ${near}, or create "${name}" with --new`,
        ),
      });
    }
    expect((await cli(["environment", "list", "--json"])).json).toEqual(before);
    expect((await deploy("--environment", "prod", "--new")).stdout).toBe("main/x: prod nothing → 1\n");
    expect((await deploy("--environment", "prod")).exitCode).toBe(0);
    expect((await deploy("--environment", "canary")).exitCode).toBe(0);
    const added = await cli(["environment", "add", "staging2"]);
    expect(added.exitCode).toBe(0);
    expect(added.stderr).toBe('warning: there is also an environment staging; "staging2" is a new one\n');
  });

  test("export and import make the same registry elsewhere; a second time nothing changes", async () => {
    const { stdout } = await cli(["export"]);
    expect(await cli(["export", "out/all.json"])).toMatchObject({
      stdout: "1 prompt written to out/all.json\n",
    });
    expect(readFileSync(join(cwd, "out/all.json"), "utf8")).toBe(stdout);
    const first = await cli(["import", "out/all.json", "--registry", "copy"]);
    expect(first.stdout).toBe("1 prompt new, 0 extended, 0 unchanged; 2 new versions\n");
    expect((await cli(["export", "--registry", "copy"])).stdout).toBe(stdout);
    const again = await cli(["import", "-", "--registry", "copy"], { stdin: stdout });
    expect(again.stdout).toBe("0 prompts new, 0 extended, 1 unchanged; 0 new versions\n");
    expect((await cli(["import", "none.json"])).exitCode).toBe(2);
    await upsert(chat, "--path", "main/x", "--registry", "other");
    const conflict = await cli(["import", "out/all.json", "--registry", "other"]);
    expect(conflict.exitCode).toBe(1);
    expect(conflict.stderr).toContain("there is another prompt at main/x with a different id");
  });

  test("import reads Humanloop's export folder", async () => {
    writeHumanloopExport(cwd);
    const { stdout } = await cli(["import", "exports", "--registry", "theirs"]);
    expect(stdout).toMatch(/^2 prompts new, 0 extended, 0 unchanged; 3 new versions\nnote: R&D/);
    expect((await cli(["show", "prv_SECONDAAAAAAAAAAAAAAA", "--registry", "theirs"])).exitCode).toBe(0);
  });

  test("types are written to a file, or to standard output", async () => {
    expect((await cli(["types"])).stdout).toBe("types of 1 prompt written to dao-opt-prompts.d.ts\n");
    const text = readFileSync(join(cwd, "dao-opt-prompts.d.ts"), "utf8");
    expect((await cli(["types", "-"])).stdout).toBe(text);
    expect(text).toContain('"main/x@production": { inputs: { "question": Input } };');
  });

  test("errors in an export name the export", async () => {
    expect((await cli(["import", "-"], { stdin: "{}" })).stderr).toMatch(
      /^error: 3 problems in the export\n/,
    );
  });

  test("types go into a folder under their usual name; a missing folder is an error", async () => {
    const refused = await cli(["types", "sub/"]);
    expect([refused.exitCode, refused.stderr]).toEqual([
      2,
      "error: sub/ is not an existing folder\n  → create it or name a file: sub/dao-opt-prompts.d.ts\n",
    ]);
    mkdirSync(join(cwd, "sub"));
    for (const folder of ["sub", "sub/"]) {
      expect((await cli(["types", folder])).stdout).toBe(
        "types of 1 prompt written to sub/dao-opt-prompts.d.ts\n",
      );
    }
    expect(readFileSync(join(cwd, "sub/dao-opt-prompts.d.ts"), "utf8")).toContain("main/x@production");
  });

  test("list is paginated", async () => {
    await upsert(chat, "--path", "a");
    await upsert(chat, "--path", "z");
    const paths = async (...args: readonly string[]) =>
      ((await cli(["list", "--json", ...args])).json as { path: string }[]).map(({ path }) => path);
    expect(await paths()).toEqual(["a", "main/x", "z"]);
    expect(await paths("--limit", "2")).toEqual(["a", "main/x"]);
    expect(await paths("--limit", "2", "--page", "2")).toEqual(["z"]);
    expect(await paths("--page", "2")).toEqual([]);
    expect((await cli(["list", "--limit", "2"])).stdout).toMatch(/main\/x .*\nsee --page 2 for more\n$/);
    expect((await cli(["list", "--limit", "2", "--page", "2"])).stdout).not.toContain("more");
    expect((await cli(["list", "--limit", "2", "--page", "3"])).stdout).toBe("no prompts on page 3\n");
    expect((await cli(["list", "--limit", "none"])).stderr).toContain("--limit must be a whole number");
  });
});

describe("the registry folder", () => {
  const config = (registry: string) => `
registry: { path: ${registry} }
resources: { llms: { m: { name: "gpt-4o-mini" } } }
prompts:
  x: { name: x, default_template: "Say {{word}}" }
`;

  test("comes from --registry, then the config, then prompts in the working folder", async () => {
    mkdirSync(join(cwd, "app"));
    writeFileSync(join(cwd, "app", "config.yaml"), config("./stored"));
    await upsert(chat, "--path", "in/config", "--config", "app/config.yaml");
    await upsert(chat, "--path", "in/folder");
    await upsert(chat, "--path", "in/flag", "--config", "app/config.yaml", "--registry", "other");
    const paths = async (...args: readonly string[]) => {
      const { json } = await cli(["list", "--json", ...args]);
      return (json as { path: string }[]).map(({ path }) => path);
    };
    expect(await paths("--config", "app/config.yaml")).toEqual(["in/config"]);
    expect(await paths("--registry", "app/stored")).toEqual(["in/config"]);
    expect(await paths()).toEqual(["in/folder"]);
    expect(await paths("--registry", "other", "--config", "app/config.yaml")).toEqual(["in/flag"]);
  });

  test("cannot come from a missing or invalid config", async () => {
    const missing = await cli(["list", "--config", "none.yaml"]);
    expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining("none.yaml")]);
    writeFileSync(join(cwd, "bad.yaml"), config("7").replace("path", "paht"));
    const broken = await cli(["list", "--config", "bad.yaml"]);
    expect([broken.exitCode, broken.stderr]).toEqual([2, expect.stringContaining("did you mean path?")]);
  });
});

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { initOutputSchema } from "../../src/cli/commands/init/command.ts";
import { outputSchemas } from "../../src/cli/output/index.ts";
import { bin, plainEnvironment, repository, spawnCli, spawnShell } from "../support/spawn-cli.ts";
import { createWorkspace, filesBelow, parseJson, readText, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let empty: string;

beforeEach(async () => {
  workspace = await createWorkspace();
  empty = workspace.in("empty");
  await mkdir(empty);
});

afterEach(() => workspace.close());

function shell(line: string, env: Readonly<Record<string, string>> = {}) {
  return spawnShell(line, {
    cwd: empty,
    env: { PATH: `${workspace.commands}:${process.env["PATH"]}`, ...env },
  });
}

/** Every command path that the help names: "", "run", "registry", "registry list" … */
async function commandPaths(path: readonly string[] = []): Promise<string[][]> {
  const { stdout } = await spawnCli([...path, "--help"], { cwd: empty });
  const listed = /\nCommands:\n([\s\S]*?)(\n\n|$)/.exec(stdout)?.[1] ?? "";
  const names = [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)].map(([, name = ""]) => name);
  const below = await Promise.all(
    names.filter((name) => name !== "help").map((name) => commandPaths([...path, name])),
  );
  return [[...path], ...below.flat()];
}

describe("--version and --help", () => {
  test("--version prints the package's version alone", async () => {
    const { version } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
    for (const flag of ["--version", "-V"]) {
      const result = await spawnCli([flag], { cwd: empty });
      expect(result).toMatchObject({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
    }
  });

  test("every command prints help of at most 80 columns to stdout and exits 0", async () => {
    const paths = await commandPaths();
    expect(paths.length).toBeGreaterThan(18);
    for (const path of paths) {
      const result = await spawnCli([...path, "--help"], { cwd: empty });
      const command = ["dao-opt", ...path].join(" ");
      expect(result, command).toMatchObject({ exitCode: 0, stderr: "" });
      expect(result.stdout).toMatch(new RegExp(`^Usage: ${command}\\b`));
      expect(
        result.stdout.split("\n").filter((line) => [...line].length > 80),
        command,
      ).toEqual([]);
    }
  });

  test("no command is a usage error that lists the commands", async () => {
    const result = await spawnCli([], { cwd: empty });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain("Usage: dao-opt");
  });

  test("schema prints a JSON Schema for each document", async () => {
    for (const args of [[], ...Object.keys(outputSchemas).map((name) => ["--output", name])]) {
      const result = await spawnCli(["schema", ...args], { cwd: empty });
      expect(result.exitCode, args.join(" ")).toBe(0);
      expect(JSON.parse(result.stdout).$schema).toMatch(/json-schema\.org/);
    }
  });
});

describe("init in an empty folder", () => {
  test("then run: improves with only the generated files", async () => {
    const made = await spawnCli(["init", "--json"], { cwd: empty });
    const { files, next } = parseJson(made.stdout, initOutputSchema);
    expect(await filesBelow(empty)).toEqual([...files].sort());
    const result = await shell(next);
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.stdout).toMatch(/\n1 improved, 0 unchanged, 0 failed\n$/);
    expect((await readdir(empty)).sort()).toEqual(
      [".dao-opt", ".gitignore", "config.yaml", "data", "prompts", "schema.json"].sort(),
    );
    expect(await readText(empty, ".gitignore")).toContain(".dao-opt/");
  });

  test("a second init overwrites nothing", async () => {
    await spawnCli(["init"], { cwd: empty });
    const again = await spawnCli(["init"], { cwd: empty });
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toBe(
      `error: ${empty} already has schema.json, config.yaml, data/reviews.jsonl, .gitignore\n  → choose another folder or overwrite with --force\n`,
    );
  });

  test("piped into head, it exits without an error", async () => {
    await spawnCli(["init"], { cwd: empty });
    for (const command of ["dao-opt run config.yaml -q", "dao-opt schema", "dao-opt --help"]) {
      const result = await shell(`${command} | head -1`);
      expect(result, command).toMatchObject({ exitCode: 0, stderr: "" });
      expect(result.stdout.split("\n")).toHaveLength(2);
    }
  });

  test("at 60 columns nothing is cut off and no line is longer", async () => {
    await spawnCli(["init"], { cwd: empty });
    const result = await shell("dao-opt run config.yaml -q", { COLUMNS: "60" });
    const lines = result.stdout.split("\n");
    const [heads = "", rule, row = ""] = lines.slice(0, lines.indexOf(""));
    // The columns Prompt, Version and Calls have no room.
    expect(heads).toMatch(/^Optimization +Base → new +Gain +Cost Status$/);
    expect(rule).toMatch(/^─+$/);
    expect(row).toMatch(/^optimize_sentiment \.\d\d → \.\d\d +\+\.\d\d \[\.\d\d, \.\d\d\] +– improved$/);
    expect(lines.filter((line) => line.length > 60 && !/^ {2,4}\S*(dao-opt|prompts:)/.test(line))).toEqual(
      [],
    );
  });

  const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux");
  test.runIf(hasScript)(
    "on a terminal of 60 columns, the spinner draws and leaves a clean page",
    async () => {
      await spawnCli(["init"], { cwd: empty });
      const inner = `stty cols 60; '${process.execPath}' '${bin}' run config.yaml`;
      const result = await spawnShell('script -qec "$1" /dev/null < /dev/null', {
        cwd: empty,
        env: { ...plainEnvironment(), TERM: "xterm" },
        args: [inner],
      });
      expect(result.exitCode, result.stdout).toBe(0);
      const screen = result.stdout;
      expect(screen).toContain("\u001b[?25l");
      expect(screen.lastIndexOf("\u001b[?25h")).toBeGreaterThan(screen.lastIndexOf("\u001b[?25l"));
      expect(screen).toMatch(/1 improved, 0 unchanged, 0 failed\r?\n/);
    },
  );
});

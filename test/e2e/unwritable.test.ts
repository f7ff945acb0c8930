import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { registryVerifyOutputSchema } from "../../src/cli/commands/registry/output.ts";
import { runOnFullDisk, runUnprivileged } from "../support/run-limited.ts";
import { bin, spawnCli, spawnShell } from "../support/spawn-cli.ts";
import { createWorkspace, filesBelow, parseJson, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let cwd: string;

beforeEach(async () => {
  workspace = await createWorkspace();
  cwd = workspace.in("project");
  expect((await spawnCli(["init", cwd], { cwd: workspace.folder })).exitCode).toBe(0);
});

afterEach(() => workspace.close());

const version = "main/default/sentiment_classifier/2";

async function verify() {
  const { stdout } = await spawnCli(["registry", "verify", "--json"], { cwd });
  return parseJson(stdout, registryVerifyOutputSchema);
}

test("an output that cannot be written, or too many open files, is a one-line error", async () => {
  const exec = 'exec "$@"';
  for (const args of [["--version"], ["--help"], ["registry", "list"]]) {
    const full = await spawnShell(`${exec} > /dev/full`, { cwd, args: [process.execPath, bin, ...args] });
    expect([full.exitCode, full.stderr], args.join(" ")).toEqual([
      1,
      "error: the output cannot be written: the disk is full\n  → free some space or choose another place\n",
    ]);
  }
  const few = await spawnShell(`ulimit -n 30; ${exec}`, {
    cwd,
    args: [process.execPath, bin, "run", "config.yaml"],
  });
  expect([few.exitCode, few.stderr]).toEqual([
    1,
    "error: too many files are open\n  → raise the limit: ulimit -n 1024\n",
  ]);
});

test("a file in place of the registry is one clear error before any call", async () => {
  await writeFile(join(cwd, "taken"), "not a folder");
  for (const args of [
    ["run", "config.yaml", "--registry", "taken"],
    ["registry", "list", "--registry", "taken"],
  ]) {
    const result = await spawnCli(args, { cwd });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr).toBe(
      `error: ${cwd}/taken cannot be read: a parent folder is a file\n  → choose another folder with --registry\n`,
    );
  }
  expect(await readFile(join(cwd, "taken"), "utf8")).toBe("not a folder");
  expect(await filesBelow(join(cwd, ".dao-opt"))).toEqual([]);
});

test("a file in place of the state folder is one clear error", async () => {
  await writeFile(join(cwd, "taken"), "not a folder");
  const result = await spawnCli(["run", "config.yaml", "-q", "--state", "taken"], { cwd });
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toMatch(/^error: .*\/taken\/.*\n {2}→ a file is in the place of a folder: .*\n$/);
});

test("a read-only registry: the search is kept, nothing is registered, and --resume registers it", async () => {
  await mkdir(join(cwd, "prompts"));
  await chmod(join(cwd, "prompts"), 0o555);
  const refused = await runUnprivileged(["run", "config.yaml", "-q"], cwd);
  expect(refused.exitCode, refused.stderr).toBe(1);
  expect(refused.stdout).toContain(
    `✕ optimize_sentiment: the result could not be registered: ${cwd}/prompts cannot be written: permission denied\n` +
      "  → make the registry folder writable or choose another one with --registry\n",
  );
  expect(await filesBelow(join(cwd, "prompts"))).toEqual([]);

  await chmod(join(cwd, "prompts"), 0o755);
  const resumed = await spawnCli(["run", "config.yaml", "--resume", "--max-calls", "1"], { cwd });
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(resumed.stdout).toMatch(/\n1 improved, 0 unchanged, 0 failed\n$/);
  expect(await verify()).toEqual({ ok: true, damage: [], notes: [] });
});

test("a read-only state folder is one clear error", async () => {
  await mkdir(join(cwd, ".dao-opt"));
  await chmod(join(cwd, ".dao-opt"), 0o555);
  const result = await runUnprivileged(["run", "config.yaml", "-q"], cwd);
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toMatch(
    /^error: .*permission denied.*\n {2}→ the folder cannot be written: check its permissions or choose another with --state\n$/,
  );
});

test("a disk that fills up during the search: one error, then --resume reuses the stored answers", async () => {
  const full = await runOnFullDisk(16, ["run", "config.yaml", "-q", "--no-cache"], cwd);
  expect(full.exitCode, full.stdout + full.stderr).toBe(1);
  expect(full.stdout + full.stderr).not.toMatch(/\bbug\b|node:internal/);
  expect(await filesBelow(join(cwd, "prompts"))).toEqual([]);

  const resumed = await spawnCli(["run", "config.yaml", "--no-cache", "--resume"], { cwd });
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(resumed.stdout).toMatch(/\n1 improved, 0 unchanged, 0 failed\n$/);
});

test("a full disk during a deployment leaves the registry unchanged", async () => {
  expect((await spawnCli(["run", "config.yaml", "-q"], { cwd })).exitCode).toBe(0);
  const history = join(cwd, "prompts/main/default/sentiment_classifier/deployments.jsonl");
  const before = await readFile(history, "utf8");
  const files = await filesBelow(join(cwd, "prompts"));

  const refused = await runOnFullDisk(0, ["registry", "deploy", version], cwd);
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toMatch(
    /^error: .*cannot be written: .*\n {2}→ free some space and try again; nothing was registered\n$/,
  );
  expect(await readFile(history, "utf8")).toBe(before);
  expect(await filesBelow(join(cwd, "prompts"))).toEqual(files);
  expect(await verify()).toEqual({ ok: true, damage: [], notes: [] });

  const deployed = await spawnCli(["registry", "deploy", version], { cwd });
  expect(deployed.stdout).toBe("main/default/sentiment_classifier: production 1 → 2\n");
});

test.each([
  ["run", "--junit"],
  ["eval", "--junit"],
  ["run", "--events"],
])("%s %s names the file that cannot be written", async (command, flag) => {
  const result = await spawnCli([command, "config.yaml", "-q", flag, "data"], { cwd });
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toBe(
    `error: ${cwd}/data cannot be written: it is a folder\n  → free some space or choose another place\n`,
  );
});

test("init in a read-only folder is an error", async () => {
  await mkdir(workspace.in("closed"));
  await chmod(workspace.in("closed"), 0o555);
  const result = await runUnprivileged(["init", workspace.in("closed")], cwd);
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toBe(
    `error: ${workspace.in("closed")}/schema.json cannot be written: permission denied\n  → free some space or choose another place\n`,
  );
});

test.runIf(process.platform === "linux")("a full disk for the output is reported on stderr", async () => {
  const result = await spawnShell('dao-opt validate config.yaml > "/dev/full"', {
    cwd,
    env: { PATH: `${workspace.commands}:${process.env["PATH"]}` },
  });
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toBe(
    "error: the output cannot be written: the disk is full\n  → free some space or choose another place\n",
  );
});

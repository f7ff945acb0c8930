import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  registryHistoryOutputSchema,
  registryVerifyOutputSchema,
} from "../../src/cli/commands/registry/output.ts";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import { spawnCli, spawnShell, startCli } from "../support/spawn-cli.ts";
import { createWorkspace, parseJson, readText, type Workspace } from "../support/workspace.ts";

let workspace: Workspace;
let cwd: string;

beforeEach(async () => {
  workspace = await createWorkspace();
  cwd = await slowProject("project");
});

afterEach(() => workspace.close());

/** What `init` writes, with a target model slow enough to be caught at work. */
async function slowProject(name: string): Promise<string> {
  const folder = workspace.in(name);
  expect((await spawnCli(["init", folder], { cwd: workspace.folder })).exitCode).toBe(0);
  const config = await readText(folder, "config.yaml");
  const slow = config.replace(
    /(name: offline\/small.*\n\s+)(provider: offline)/,
    "$1$2\n      simulate: { latency_ms: 80 }",
  );
  expect(slow).not.toBe(config);
  await writeFile(join(folder, "config.yaml"), slow);
  return folder;
}

/** What a run found, without what time and chance of the clock put in. */
async function outcomeOf(folder: string, extra: readonly string[] = []) {
  const result = await spawnCli(["run", "config.yaml", "--json", ...extra], { cwd: folder });
  const { run, seconds: _, optimizations, ...rest } = parseJson(result.stdout, runOutputSchema);
  const timeless = optimizations.map(({ seconds: __, usage, ...one }) => ({
    ...one,
    usage: usage.total.calls + usage.total.cached_calls,
  }));
  return { result, run, timeless: { ...rest, optimizations: timeless } };
}

async function verify(folder: string) {
  const result = await spawnCli(["registry", "verify", "--json"], { cwd: folder });
  return parseJson(result.stdout, registryVerifyOutputSchema);
}

async function newestRun(folder: string): Promise<string> {
  const runs = await readdir(join(folder, ".dao-opt", "runs"));
  return runs.sort().at(-1) ?? "";
}

test.each([
  { signal: "SIGINT", exitCode: 130, word: "Ctrl-C" },
  { signal: "SIGTERM", exitCode: 143, word: "SIGTERM" },
] as const)("$signal stops the run, and the line it prints goes on to the same result", async (how) => {
  const command = startCli(["run", "config.yaml"], { cwd });
  await command.shows(/step 1 of \d+; best/);
  command.child.kill(how.signal);
  const stopped = await command.result;

  expect(stopped.exitCode, stopped.stderr).toBe(how.exitCode);
  const run = await newestRun(cwd);
  const resume = `dao-opt run config.yaml --resume ${run}`;
  expect(stopped.stderr.split("\n").slice(-4)).toEqual([
    `error: stopped by ${how.word}`,
    "answers so far are kept; resume with:",
    `  ${resume}`,
    "",
  ]);
  expect(stopped.stdout).toMatch(/\n0 improved, 0 unchanged, 1 failed\n$/);

  const resumed = await spawnShell(resume, {
    cwd,
    env: { PATH: `${workspace.commands}:${process.env["PATH"]}` },
  });
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(resumed.stdout).toMatch(/\n1 improved, 0 unchanged, 0 failed\n$/);
  expect(await verify(cwd)).toEqual({ ok: true, damage: [], notes: [] });
});

test("after kill -9, --resume gives the result of the uninterrupted run", async () => {
  const other = await slowProject("uninterrupted");
  const whole = outcomeOf(other);

  const command = startCli(["run", "config.yaml"], { cwd });
  await command.shows(/step 1 of \d+; best/);
  command.child.kill("SIGKILL");
  expect((await command.result).signal).toBe("SIGKILL");
  const run = await newestRun(cwd);
  const answered = (await readText(cwd, ".dao-opt", "runs", run, "journal.jsonl")).split("\n").length;
  expect(answered).toBeGreaterThan(12);

  const resumed = await outcomeOf(cwd, ["--resume"]);
  expect(resumed.result.exitCode, resumed.result.stderr).toBe(0);
  expect(resumed.run).toBe(run);
  expect(resumed.timeless).toEqual((await whole).timeless);
  expect(await verify(cwd)).toEqual({ ok: true, damage: [], notes: [] });

  const again = await outcomeOf(cwd, ["--resume"]);
  expect(again.timeless).toEqual(resumed.timeless);
  const replayed = await outcomeOf(cwd, ["--replay", run, "--registry", "./elsewhere"]);
  expect(replayed.timeless.optimizations[0]?.scores).toEqual(resumed.timeless.optimizations[0]?.scores);
});

test("an incomplete last line of the journal is dropped, an invalid line elsewhere is named", async () => {
  const command = startCli(["run", "config.yaml"], { cwd });
  await command.shows(/step 1 of \d+; best/);
  command.child.kill("SIGKILL");
  await command.result;
  const run = await newestRun(cwd);
  const journal = join(cwd, ".dao-opt", "runs", run, "journal.jsonl");
  const whole = await readFile(journal, "utf8");
  await writeFile(journal, `${whole.trimEnd()}\n{"torn":`);
  expect((await outcomeOf(cwd, ["--resume"])).result.exitCode).toBe(0);

  await writeFile(journal, whole.replace("\n", "\nnot JSON\n"));
  const broken = await spawnCli(["run", "config.yaml", "--replay", run], { cwd });
  expect(broken.exitCode).toBe(1);
  expect(broken.stderr).toMatch(/journal\.jsonl:2\b/);
});

test("two concurrent runs in one folder both finish, and lose nothing", async () => {
  const [one, two] = await Promise.all([outcomeOf(cwd, ["--seed", "1"]), outcomeOf(cwd, ["--seed", "2"])]);

  expect([one.result.exitCode, two.result.exitCode], one.result.stderr + two.result.stderr).toEqual([0, 0]);
  expect(await verify(cwd)).toEqual({ ok: true, damage: [], notes: [] });
  const history = parseJson(
    (await spawnCli(["registry", "history", "main/default/sentiment_classifier", "--json"], { cwd })).stdout,
    registryHistoryOutputSchema,
  );
  const numbers = history.versions.map(({ version }) => version);
  expect(numbers).toEqual(numbers.map((_, at) => at + 1));
  for (const { timeless } of [one, two]) {
    const filed = timeless.optimizations[0]?.optimized;
    expect(history.versions.find(({ version }) => version === filed?.version)?.template).toEqual(
      filed?.template,
    );
  }
});

test("--max-calls stops the session with exit 3 and a partial result, and --resume continues", async () => {
  const stopped = await spawnCli(["run", "config.yaml", "--max-calls", "40"], { cwd });
  expect(stopped.exitCode, stopped.stderr).toBe(3);
  expect(stopped.stderr).toContain(
    "error: --max-calls 40 is reached\n  → continue with --resume and a higher limit\n",
  );

  const resumed = await outcomeOf(cwd, ["--resume"]);
  expect(resumed.result.exitCode, resumed.result.stderr).toBe(0);
  expect(resumed.timeless.status).toBe("completed");
});

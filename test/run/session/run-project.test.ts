import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { createWorldProject, goodPrompt, tryTexts } from "../../support/world-project.ts";
import { expectResumesAfterKills, middling, outcomeOf, runFile } from "../torn-journal.ts";

describe("resume", () => {
  test("after kill -9, gives the same result and only pays for what is missing", () =>
    expectResumesAfterKills(19));

  test("prints the result of a finished run without calls or registrations", async () => {
    const project = createWorldProject({ optimization: { deploy_to: "staging" } });
    const first = await project.run(["--json"]);
    project.world.calls.length = 0;
    const deployments = project.read("prompts/p/deployments.jsonl");
    const again = await project.run(["--json", "--resume"]);
    expect(again.json).toEqual(first.json);
    expect(again.exitCode).toBe(0);
    expect(project.world.calls).toEqual([]);
    expect(project.runs()).toHaveLength(1);
    expect(existsSync(join(project.directory, "prompts/p/v3.prompt"))).toBe(false);
    expect(project.read("prompts/p/deployments.jsonl")).toBe(deployments);
  });

  test("judges a finished run again: --fail-on applies, and --register-anyway registers the rest", async () => {
    const project = createWorldProject({ texts: ["accuracy=0.4 Answer: {{text}}"] });
    await project.run();
    project.world.calls.length = 0;
    expect((await project.run(["--resume", "--fail-on", "no_proven_improvement"])).exitCode).toBe(100);
    const { json } = await project.run(["--resume", "--register-anyway", "--json"]);
    expect(runOutputSchema.parse(json).optimizations[0]?.optimized).toMatchObject({ version: 2 });
    expect(project.world.calls).toEqual([]);
  });

  test("keeps the base pinned when the registry has newer versions", async () => {
    const project = createWorldProject();
    const first = await project.run(["--json"]);
    rmSync(runFile(project, "record.json"));
    const again = await project.run(["--json", "--resume"]);
    expect(outcomeOf(again.json)).toEqual(outcomeOf(first.json));
  });

  test("takes the newest run of this config, or the one with the given prefix", async () => {
    const project = createWorldProject();
    await project.run();
    await project.run();
    const [newest = "", oldest = ""] = project.runs();
    expect((await project.run(["--json", "--resume"])).json).toMatchObject({ run: newest });
    expect((await project.run(["--json", "--resume", oldest])).json).toMatchObject({ run: oldest });
    const unknown = await project.run(["--resume", `${newest}x`]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain(`error: no run named "${newest}x"\n  → did you mean ${newest}`);
  });

  test("starts a fresh run without an earlier one, with a note", async () => {
    const { stderr, exitCode } = await createWorldProject().run(["--resume"]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("no earlier run of this config: starting a fresh one\n");
  });

  test("refuses a changed plan and lists the changes, but allows another -j", async () => {
    const project = createWorldProject();
    await project.run();
    // The registry has version 2 now; a run of version 2 would be another plan.
    expect((await project.run(["--resume", "-j", "2"])).exitCode).toBe(0);
    Object.assign(project.config.optimizations.prompt_optimizations["x"] ?? {}, {
      patience: 7,
      max_steps: 9,
    });
    project.save();
    const { exitCode, stderr } = await project.run(["--resume", "--seed", "7"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `error: ${project.runs()[0]} was planned differently; changed since:
  optimizations.x.optimizer.max_steps: 3 → 9
  optimizations.x.optimizer.patience: 3 → 7
  optimizations.x.seed: 42 → 7
  → undo the change, or start a fresh run without --resume (matching answers come from the cache)
`,
    );
    const rows = readFileSync(join(project.directory, "rows.jsonl"), "utf8");
    writeFileSync(join(project.directory, "rows.jsonl"), rows.replace("row 3 says no", "row 3 says yes"));
    expect((await project.run(["--resume"])).stderr).toMatch(
      /optimizations\.x\.data\.digest: "\w+…? → "\w+…?/,
    );
  });

  test("refuses a changed template if the registry does not have the prompt", async () => {
    const project = createWorldProject({ texts: [] });
    await project.run();
    project.config.prompts["p"] = { name: "p", default_template: "Another one: {{text}}" };
    project.save();
    const { exitCode, stderr } = await project.run(["--resume"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      'optimizations.x.prompts.0.template: "accuracy=0.3 Answer: {{text}}" → "Another one: {{text}}"',
    );
  });

  test("refuses a second process, but takes over a dead one's lock", async () => {
    const project = createWorldProject();
    await project.run();
    rmSync(runFile(project, "record.json"));
    writeFileSync(runFile(project, "lock.1"), "4711");
    const alive = await project.run(["--resume"], { isProcessAlive: (pid) => pid === 4711 });
    expect(alive.exitCode).toBe(1);
    expect(alive.stderr).toContain(
      `error: ${project.runs()[0]} is still running in process 4711\n  → wait for it, or start a fresh run without --resume`,
    );
    expect((await project.run(["--resume"])).exitCode).toBe(0);
    expect(existsSync(runFile(project, "lock.1"))).toBe(false);
  });

  test("reports the file and line of a corrupt journal", async () => {
    const project = createWorldProject();
    await project.run();
    rmSync(runFile(project, "record.json"));
    const journal = runFile(project, "journal.jsonl");
    const lines = readFileSync(journal, "utf8").split("\n");
    writeFileSync(journal, [...lines.slice(0, 2), "{broken", ...lines.slice(3)].join("\n"));
    const { exitCode, stderr } = await project.run(["--resume"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(`error: ${journal}:3: not a journal record`);
  });

  test("a run that ran out of minutes stops at the same call again", async () => {
    const project = createWorldProject({
      texts: [middling, "accuracy=0.6 Answer: {{text}}", goodPrompt],
      optimization: { budget: { minutes: 0.005 } },
    });
    const { optimize } = project.world;
    let isSlow = true;
    project.world.latencyMs = () => (isSlow ? 15 : 0);
    project.world.optimize = async (task, lab) => {
      for (let round = 0; ; round++) {
        await optimize(task, lab);
        await tryTexts([`accuracy=0.7 round ${round}: {{text}}`])(task, lab);
      }
    };
    const first = await project.run(["--json", "--no-cache"]);
    expect(runOutputSchema.parse(first.json).optimizations[0]?.stopped).toBe("budget_minutes");
    isSlow = false;
    rmSync(runFile(project, "record.json"));
    rmSync(join(project.directory, "prompts"), { recursive: true, force: true });
    project.world.calls.length = 0;
    const again = await project.run(["--json", "--no-cache", "--resume"]);
    expect(outcomeOf(again.json)).toEqual(outcomeOf(first.json));
    expect(project.world.calls).toEqual([]);
    // The run's time is that of its calls, not that of repeating them.
    const seconds = runOutputSchema.parse(again.json).seconds;
    expect(seconds).toBeGreaterThan(runOutputSchema.parse(first.json).seconds / 2);
  });
});

describe("replay", () => {
  test("repeats a run without calls and without moving environments", async () => {
    const project = createWorldProject({ optimization: { deploy_to: "staging" } });
    const first = await project.run(["--json"]);
    const [run = ""] = project.runs();
    await project.cli(["registry", "deploy", "p/1", "--environment", "staging"]);
    project.world.calls.length = 0;
    const { json, exitCode } = await project.run(["--json", "--replay", run]);
    expect(exitCode).toBe(0);
    expect(project.world.calls).toEqual([]);
    expect(project.runs()).toHaveLength(2);
    const { deployed_to: _, ...one } = runOutputSchema.parse(json).optimizations[0] ?? { deployed_to: null };
    expect(one).toMatchObject({
      optimized: { version: 2 },
      usage: runOutputSchema.parse(first.json).optimizations[0]?.usage,
    });
    const list = await project.cli(["registry", "list", "--json"]);
    expect(list.json).toMatchObject([{ environments: { staging: 1 } }]);
  });

  test("reports a missing answer with its call", async () => {
    const project = createWorldProject();
    await project.run();
    const [run = ""] = project.runs();
    const journal = runFile(project, "journal.jsonl");
    const lines = readFileSync(journal, "utf8").split("\n");
    writeFileSync(journal, lines.filter((line) => !line.includes("improve 1")).join("\n"));
    project.world.calls.length = 0;
    const { exitCode, stderr } = await project.run(["--replay", run]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `error: the journal of ${run} has no answer to call \\w{12} \\(large: "improve 1"\\)\n  → an input of the call has changed`,
      ),
    );
    expect(project.world.calls).toEqual([]);
  });

  test("needs no key, no other variable and no dotenv file", async () => {
    const project = createWorldProject({
      model: {
        api_key: "${env:LAB_KEY}",
        base_url: "${env:LAB_URL}/v1",
        headers: { "x-team": "${env:TEAM}" },
      },
    });
    const env = { LAB_KEY: "k-123456789", LAB_URL: "https://lab.example", TEAM: "${x}" };
    writeFileSync(join(project.directory, "vars.env"), "TEAM=blue\n");
    const first = await project.run(["--json", "--env-file", "vars.env"], { env });
    expect(first.stderr).not.toContain("error");
    rmSync(join(project.directory, "vars.env"));
    const [run = ""] = project.runs();
    project.world.calls.length = 0;
    const again = await project.run(["--json", "--replay", run, "--env-file", "vars.env"]);
    expect([again.exitCode, again.stderr]).toEqual([0, expect.not.stringContaining("not set")]);
    expect(project.world.calls).toEqual([]);
    expect(project.read(".dao-opt/runs", project.runs()[0] ?? "", "plan.json")).toContain(
      "https://lab.example/v1",
    );
    expect((await project.run(["--resume", run])).stderr).toContain(
      "environment variable LAB_KEY is not set",
    );
  });

  test("needs no variables for numbers, list items and switches", async () => {
    const project = createWorldProject({
      model: {
        temperature: "${env:HEAT}",
        reasoning: "${env:THINKING}",
        price: { input: "${env:P}", output: 2 },
      },
      optimization: {
        seed: "${env:SEED}",
        max_steps: "${env:STEPS}",
        on_bad_row: "${env:BAD_ROW}",
        budget: { usd: "${env:USD}" },
        gate: { min_gain: "${env:GAIN}", confidence: { env: "CONFIDENCE" } },
      },
    });
    Object.assign(project.config.datasets["d"] ?? {}, {
      split: { train: "${env:TRAIN}", validation: 0.3, test: 0.4, seed: "${env:SPLIT_SEED}" },
    });
    Object.assign(project.config.prompts["p"] ?? {}, { max_prompt_tokens: "${env:LENGTH}" });
    project.save();
    const env = {
      HEAT: "0.4",
      THINKING: "keep",
      P: "3",
      SEED: "11",
      STEPS: "4",
      BAD_ROW: "skip",
      USD: "5",
      GAIN: "0.01",
      CONFIDENCE: "0.9",
      TRAIN: "0.2",
      SPLIT_SEED: "5",
      LENGTH: "400",
    };
    const first = await project.run(["--json"], { env });
    expect([first.exitCode, first.stderr]).toEqual([0, expect.not.stringContaining("error")]);
    const [run = ""] = project.runs();
    project.world.calls.length = 0;
    const again = await project.run(["--json", "--replay", run]);
    expect([again.exitCode, again.stderr]).toEqual([0, expect.not.stringContaining("error")]);
    expect(project.world.calls).toEqual([]);
    const planOf = (id: string) => JSON.parse(project.read(".dao-opt/runs", id, "plan.json"));
    expect(planOf(project.runs()[0] ?? "").digest).toBe(planOf(run).digest);
    expect((await project.run(["--resume", run])).stderr).toContain("environment variable HEAT is not set");
  });

  test("reports missing rows, which are not in the run folder", async () => {
    const project = createWorldProject();
    expect((await project.run()).exitCode).toBe(0);
    rmSync(join(project.directory, "rows.jsonl"));
    const { exitCode, stderr } = await project.run(["--replay", project.runs()[0] ?? ""]);
    expect(exitCode).toBe(2);
    expect(stderr.replace(/\s+/g, " ")).toContain(
      "error: no file rows.jsonl → a replay needs the rows, because the run folder only has the answers; restore the data",
    );
  });

  test("--resume and --replay cannot be combined", async () => {
    const { exitCode, stderr } = await createWorldProject().run(["--resume", "--replay", "r_1"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("error: --resume and --replay cannot be combined");
  });
});

describe("cache", () => {
  test("gives answers of earlier runs for free and counts them; --no-cache calls the model", async () => {
    const project = createWorldProject({ texts: [], model: { price: { input: 1, output: 1 } } });
    await project.run();
    const { json } = await project.run(["--json"]);
    expect(runOutputSchema.parse(json).optimizations[0]?.usage.total).toMatchObject({
      calls: 0,
      cached_calls: 42,
      lost_calls: 0,
      retries: 0,
      estimated: false,
      input_tokens: 0,
      output_tokens: 0,
      usd: 0,
    });
    expect(readFileSync(runFile(project, "journal.jsonl"), "utf8").match(/"from":"cache"/g)).toHaveLength(42);
    project.world.calls.length = 0;
    await project.run(["--no-cache"]);
    expect(project.world.calls).toHaveLength(42);
  });

  test("warns if it cannot be written; the run has its result", async () => {
    const project = createWorldProject();
    mkdirSync(join(project.directory, ".dao-opt"));
    writeFileSync(join(project.directory, ".dao-opt", "cache"), "a file");
    const { exitCode, stderr } = await project.run();
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/warning: \S+\.dao-opt\/cache: EEXIST/);
  });

  test("an unwritable run folder is one clear error before any call", async () => {
    const project = createWorldProject();
    writeFileSync(join(project.directory, ".dao-opt"), "a file");
    const { exitCode, stderr } = await project.run();
    expect(exitCode).toBe(1);
    expect(stderr).toContain("a file is in the place of a folder: choose another folder with --state");
    expect(project.world.calls).toEqual([]);
  });
});

test("the report and the record on disk match the result", async () => {
  const project = createWorldProject();
  const { json } = await project.run(["--json"]);
  const report = readFileSync(runFile(project, "report.html"), "utf8");
  expect((await project.cli(["runs", "show", "--json"])).json).toEqual(json);
  copyFileSync(runFile(project, "report.html"), join(project.directory, "before.html"));
  await project.cli(["report"]);
  expect(readFileSync(runFile(project, "report.html"), "utf8")).toBe(report);
});

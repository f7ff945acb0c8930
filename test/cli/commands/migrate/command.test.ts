import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  migrateOutputSchema,
  migrationPlanOutputSchema,
} from "../../../../src/cli/commands/migrate/output.ts";
import { openTraceStore } from "../../../../src/traces/open-trace-store.ts";
import { createWorldProject, type WorldProject } from "../../../support/world-project.ts";

/** The source answers with the row's label for any prompt; the target needs a rule. */
function createProject(optimization: object = {}): WorldProject {
  const project = createWorldProject({ optimization: { source_model: "large", ...optimization } });
  const { answer } = project.world;
  project.world.answer = (request, spec) => {
    const label = /row \d+ says (\w+)/.exec(String(request.messages[0]?.content))?.[1] ?? "";
    return spec.name === "large" ? label || "no row" : answer(request, spec);
  };
  return project;
}

const migrate = (project: WorldProject, ...args: readonly string[]) =>
  project.cli(["migrate", "config.yaml", ...args]);

describe("migrate", () => {
  test("calls the old model for rows without answers, optimizes, and prints the result", async () => {
    const project = createProject({ dataset_name: "fresh" });
    const rows = Array.from({ length: 60 }, (_, at) => ({
      text: `row ${at} says ${at % 2 === 0 ? "yes" : "no"}`,
    }));
    const lines = rows.map((row) => `${JSON.stringify({ inputs: row })}\n`).join("");
    writeFileSync(join(project.directory, "questions.jsonl"), lines);
    const { exitCode, json } = await migrate(project, "--inputs", "questions.jsonl", "--json");
    expect(exitCode).toBe(0);
    const output = migrateOutputSchema.parse(json);
    expect(output).toMatchObject({
      status: "completed",
      rows: [{ optimization: "x", dataset: "fresh", from: "collected", answered: 60, failed: 0 }],
      migrations: [
        {
          name: "x",
          decision: "at_parity",
          source: { model: "large", score: 1 },
          target: { model: "small" },
          paste: "prompts:\n  p:\n    version: 2\n",
        },
      ],
      run: { optimizations: [{ status: "improved" }] },
    });
    const [migration] = output.migrations;
    expect(migration?.parity).toBeGreaterThan(0.8);
    expect(migration?.worse.length).toBe(
      Math.round((1 - (migration?.target.score ?? 0)) * (migration?.rows ?? 0)),
    );
    expect(migration?.better).toEqual([]);
    const [prompt] = migration?.prompts ?? [];
    const after = prompt?.diff.filter(({ kind }) => kind !== "removed").map(({ text }) => text);
    expect(after?.join("")).toBe("accuracy=0.95 Answer: {{text}}");
  });

  test("accepts a dataset with answers, and prints the decision as text", async () => {
    const project = createProject();
    const { exitCode, stdout, stderr } = await migrate(project);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("x: dataset d already has answers");
    expect(stdout).toContain("x: from large to small  at parity");
    expect(stdout).toContain("accuracy=0.[-3-]{+95+} Answer: {{text}}");
    expect(stdout).toContain("paste into config.yaml:\nprompts:\n  p:\n    version: 2\n");
    expect(stdout).toContain("2 rows worse and 0 better than large, of 30 held-out rows");
  });

  test("uses recorded calls of the old model that match its prompt", async () => {
    const project = createProject({ dataset_name: "recorded" });
    const store = openTraceStore({ folder: join(project.directory, ".dao-opt/traces") });
    for (let at = 0; at < 50; at++) {
      const label = at % 2 === 0 ? "yes" : "no";
      store.append({
        traceId: `t${at}`,
        // Under the name of a deployment the model answers as well as under its own.
        ...(at < 10
          ? { model: "deployment-7", providerRequest: { model: "large" } }
          : { model: "large-2026-01-31" }),
        messages: [{ role: "user", content: `accuracy=0.3 Answer: row ${at} says ${label}` }],
        output: label,
        startedAt: "2026-11-20T10:00:00.000Z",
      });
    }
    for (const [traceId, model, content] of [
      ["other-prompt", "large", "Translate: row 1 says no"],
      ["other-model", "medium", "accuracy=0.3 Answer: row 90 says no"],
    ] as const)
      store.append({
        traceId,
        model,
        messages: [{ role: "user", content }],
        output: "no",
        startedAt: "2026-11-20T10:00:00.000Z",
      });
    store.append({
      traceId: "half",
      model: "large",
      messages: [{ role: "user", content: "accuracy=0.3 Answer: row 91 says no" }],
      output: "n",
      error: "the caller went away before the answer was complete",
      startedAt: "2026-11-20T10:00:00.000Z",
    });
    await store.close();
    const { json, exitCode } = await migrate(project, "--json");
    expect(exitCode).toBe(0);
    const failedOnce = { failed: 1, skipped: { failed: 1, empty: 0, refusal: 0, cut_off: 0, filtered: 0 } };
    expect(migrateOutputSchema.parse(json).rows).toEqual([
      {
        optimization: "x",
        dataset: "recorded",
        from: "traces",
        answered: null,
        failed: null,
        traces: { traces: 51, rows: 50, ambiguous: 0, unmatched: 1, ...failedOnce },
      },
    ]);
    expect(json).toMatchObject({ migrations: [{ decision: "at_parity" }] });
  });

  test("reports what is missing: the source model, or data to optimize on", async () => {
    const nameless = createWorldProject();
    const left = await migrate(nameless);
    expect(left.exitCode).toBe(2);
    expect(left.stderr).toContain("the source model is unknown");
    expect((await migrate(nameless, "--source", "lareg")).stderr).toContain("did you mean large?");
    const empty = await migrate(createProject({ dataset_name: "nothing" }));
    expect(empty.exitCode).toBe(2);
    expect(empty.stderr).toContain('no dataset named "nothing"');
    expect(empty.stderr).toContain("--inputs FILE");
  });

  test("names the models of skipped recorded calls", async () => {
    const project = createProject({ dataset_name: "nothing" });
    const store = openTraceStore({ folder: join(project.directory, ".dao-opt/traces") });
    for (const [at, model] of ["medium", "tiny", "medium"].entries())
      store.append({
        traceId: `t${at}`,
        model,
        messages: [{ role: "user", content: `accuracy=0.3 Answer: row ${at} says no` }],
        output: "no",
        startedAt: "2026-11-20T10:00:00.000Z",
      });
    await store.close();
    const { stderr } = await migrate(project, "--from-traces");
    expect(stderr.replace(/\s+/g, " ")).toContain(
      "3 recorded calls of its prompt used other models than the source model: medium (2), tiny (1)",
    );
    expect(stderr).not.toContain("no calls of its prompt are recorded");
  });

  test("a limit while collecting stops it before the optimization", async () => {
    const project = createProject({ dataset_name: "fresh" });
    const lines = Array.from({ length: 30 }, (_, at) => `{"inputs": {"text": "row ${at} says yes"}}\n`);
    writeFileSync(join(project.directory, "questions.jsonl"), lines.join(""));
    const { exitCode, json } = await migrate(
      project,
      "--inputs",
      "questions.jsonl",
      "--json",
      "--max-calls",
      "7",
    );
    expect(exitCode).toBe(3);
    expect(migrateOutputSchema.parse(json)).toMatchObject({
      status: "interrupted",
      run: null,
      migrations: [],
    });
    expect(project.world.calls).toHaveLength(7);
  });
});

describe("a migration that stops early prints the command that resumes it", () => {
  /** The words after `dao-opt` of the command that was printed last. */
  const printed = (stderr: string): string[] => {
    const [, command = ""] = /resume with:\n((?: {2}.*\n)+)$/.exec(stderr) ?? [];
    return command.replace(/ \\\n/g, " ").trim().split(/\s+/).slice(1);
  };

  test("at a search limit: with the run, the flags of its plan and its folders", async () => {
    const project = createWorldProject();
    const stopped = await migrate(project, "--source", "large", "--state", "st", "--max-calls", "40");
    expect(stopped.exitCode).toBe(3);
    const words = printed(stopped.stderr);
    const run = words[words.indexOf("--resume") + 1] ?? "";
    expect(words).toEqual(["migrate", "config.yaml", "--resume", run, "--source", "large", "--state", "st"]);
    const before = project.world.calls.length;
    const resumed = await project.cli([...words, "--json"]);
    expect(resumed.exitCode).toBe(0);
    expect(migrateOutputSchema.parse(resumed.json)).toMatchObject({ status: "completed", run: { run } });
    const whole = createWorldProject();
    await migrate(whole, "--source", "large");
    expect(project.world.calls.length).toBe(whole.world.calls.length);
    expect(before).toBe(40);
  });

  test("at a collection limit: without the limit, and no answer is paid for twice", async () => {
    const project = createProject({ dataset_name: "fresh" });
    const lines = Array.from({ length: 60 }, (_, at) => `{"inputs": {"text": "row ${at} says yes"}}\n`);
    writeFileSync(join(project.directory, "questions.jsonl"), lines.join(""));
    const stopped = await migrate(project, "--inputs", "questions.jsonl", "--json", "--max-calls", "7");
    const words = printed(stopped.stderr);
    expect(words).toEqual(["migrate", "config.yaml", "--inputs", "questions.jsonl"]);
    const resumed = await project.cli([...words, "--json"]);
    expect(migrateOutputSchema.parse(resumed.json)).toMatchObject({
      status: "completed",
      rows: [{ from: "collected", answered: 60 }],
    });
    const { calls } = project.world;
    const whole = createProject({ dataset_name: "fresh" });
    writeFileSync(join(whole.directory, "questions.jsonl"), lines.join(""));
    await migrate(whole, "--inputs", "questions.jsonl");
    expect([...calls].sort()).toEqual([...whole.world.calls].sort());
  });
});

describe("migrate --dry-run", () => {
  const dry = async (project: WorldProject, ...args: readonly string[]) => {
    const result = await migrate(project, "--dry-run", ...args);
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(project.world.calls).toEqual([]);
    expect(existsSync(join(project.directory, ".dao-opt/runs"))).toBe(false);
    expect(existsSync(join(project.directory, ".dao-opt/datasets"))).toBe(false);
    return result;
  };

  test("prints the plan of a dataset with answers, and calls and writes nothing", async () => {
    const project = createProject();
    const { stdout } = await dry(project);
    expect(stdout).toContain("x: dataset d already has answers\n");
    expect(stdout).toContain("source calls");
    expect(stdout).toContain("no calls were made; run migrate without --dry-run to start");
    const output = migrationPlanOutputSchema.parse((await dry(project, "--json")).json);
    expect(output).toMatchObject({ rows: [{ from: "dataset", source_calls: 0 }] });
    expect(output.plan?.optimizations).toHaveLength(1);
  });

  test("counts the rows the old model would answer", async () => {
    const project = createProject({ dataset_name: "fresh" });
    const lines = Array.from({ length: 60 }, (_, at) => `{"inputs": {"text": "row ${at} says no"}}\n`);
    writeFileSync(join(project.directory, "questions.jsonl"), lines.join(""));
    const { stdout } = await dry(project, "--inputs", "questions.jsonl");
    expect(stdout).toContain("answer 60 rows (at most 60 calls) for dataset fresh");
    const { json } = await dry(project, "--inputs", "questions.jsonl", "--json");
    expect(migrationPlanOutputSchema.parse(json)).toMatchObject({ rows: [{ source_calls: 60 }], plan: null });
  });

  test("plans on recorded calls without creating a dataset", async () => {
    const project = createProject({ dataset_name: "recorded" });
    const store = openTraceStore({ folder: join(project.directory, ".dao-opt/traces") });
    for (let at = 0; at < 50; at++) {
      const label = at % 2 === 0 ? "yes" : "no";
      store.append({
        traceId: `t${at}`,
        model: "large",
        messages: [{ role: "user", content: `accuracy=0.3 Answer: row ${at} says ${label}` }],
        output: label,
        startedAt: "2026-11-20T10:00:00.000Z",
      });
    }
    await store.close();
    const output = migrationPlanOutputSchema.parse((await dry(project, "--json")).json);
    expect(output.rows).toMatchObject([{ from: "traces", rows: 50, source_calls: 0 }]);
    expect(output.plan?.optimizations[0]?.dataset).toMatchObject({ name: "recorded", rows: 50 });
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { answerLines } from "../../support/journal-lines.ts";
import { createWorldProject, goodPrompt, tryTexts } from "../../support/world-project.ts";

const resumeLine = /answers so far are kept; resume with:\n {2}dao-opt run config\.yaml --resume r_\S+\n$/;

describe("limits of a session", () => {
  test("--max-calls stops before the first extra call, keeps the best candidate and shows how to continue", async () => {
    // The budget ends in the gate: base and candidate are measured on the validation rows.
    const project = createWorldProject();
    project.world.latencyMs = () => Math.random() * 3;
    const stopped = await project.run(["--max-calls", "40", "--json"]);
    expect(stopped.exitCode).toBe(3);
    expect(project.world.calls).toHaveLength(40);
    const output = runOutputSchema.parse(stopped.json);
    expect(output).toMatchObject({ status: "budget", exit_code: 3 });
    expect(output.optimizations[0]).toMatchObject({
      status: "failed",
      stopped: "interrupted",
      optimized: null,
      // All 12 rows are right; the estimate of a prompt chosen by them is slightly lower.
      best: { template: goodPrompt, validation: expect.closeTo(0.975, 2) },
      scores: { validation: { base: 0.25, optimized: expect.closeTo(0.975, 2), rows: 12 } },
      error: {
        code: "interrupted",
        message: "--max-calls 40 is reached",
        hint: "continue with --resume and a higher limit",
      },
    });
    expect(stopped.stderr).toMatch(resumeLine);
    const resumed = await project.run(["--resume", "--json", "--max-calls", "100"]);
    expect(resumed.exitCode).toBe(0);
    expect(project.world.calls).toHaveLength(85);
    expect(runOutputSchema.parse(resumed.json).optimizations[0]).toMatchObject({
      status: "improved",
      usage: { total: { calls: 85 } },
    });
  });

  test("a stop before the base was measured keeps the base as best", async () => {
    const { json, exitCode } = await createWorldProject().run(["--max-calls", "5", "--json"]);
    expect(exitCode).toBe(3);
    expect(runOutputSchema.parse(json).optimizations[0]).toMatchObject({
      best: { validation: null },
      scores: {},
    });
  });

  test("--max-cost holds at any concurrency and is refused if a price is unknown", async () => {
    const project = createWorldProject({ model: { max_tokens: 20, price: { input: 1000, output: 1000 } } });
    project.world.latencyMs = () => Math.random() * 3;
    const { exitCode, json, stderr } = await project.run(["--max-cost", "1.5", "--json", "-j", "16"]);
    expect(exitCode).toBe(3);
    const total = runOutputSchema.parse(json).optimizations[0]?.usage.total;
    expect(total?.usd).toBeLessThanOrEqual(1.5);
    expect(total?.usd).toBeGreaterThan(1);
    expect(stderr).toMatch(resumeLine);

    const unpriced = await createWorldProject().run(["--max-cost", "1"]);
    expect(unpriced.exitCode).toBe(2);
    expect(unpriced.stderr).toBe(
      "error: --max-cost cannot be enforced: no price is known for large (large), small (small)\n  → set a `price` for the models, or use --max-calls\n",
    );
  });

  test("--timeout stops calls in progress", async () => {
    const project = createWorldProject();
    project.world.latencyMs = () => 60_000;
    const { exitCode, json, stderr } = await project.run(["--timeout", "50ms", "--json"]);
    expect(exitCode).toBe(3);
    expect(runOutputSchema.parse(json)).toMatchObject({
      status: "budget",
      optimizations: [{ error: { message: "--timeout of 0.05 s is over" } }],
    });
    expect(stderr).toMatch(resumeLine);
  });

  test("results of earlier optimizations are kept, later ones are skipped", async () => {
    const project = createWorldProject();
    const { x } = project.config.optimizations.prompt_optimizations;
    project.config.prompts["q"] = { name: "q", default_template: "accuracy=0.2 Say: {{text}}" };
    project.config.optimizations.prompt_optimizations["y"] = { ...x, name: "y", prompt: "q" };
    project.config.optimizations.prompt_optimizations["z"] = { ...x, name: "z", seed: 3 };
    project.save();
    const { exitCode, stdout } = await project.run(["--max-calls", "90"]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain("✓ x: version 2 is better");
    expect(stdout).toContain("✕ y: --max-calls 90 is reached");
    expect(stdout).toContain("– z: not begun: --max-calls 90 is reached");
    expect(stdout).toContain("1 improved, 0 unchanged, 1 failed, 1 skipped");
  });
});

describe("interrupts", () => {
  for (const [signal, exit, name] of [
    ["SIGINT", 130, "Ctrl-C"],
    ["SIGTERM", 143, "SIGTERM"],
  ] as const) {
    test(`${signal} exits with ${exit}; answers are kept, and the resumed run is complete`, async () => {
      const project = createWorldProject();
      const whole = createWorldProject();
      const expected = runOutputSchema.parse((await whole.run(["--json"])).json).optimizations[0];
      let answered = 0;
      const { answer } = project.world;
      const interrupt = new Promise<void>((resolve) => {
        project.world.answer = (request, spec) => {
          if (++answered === 20) resolve();
          return answer(request, spec);
        };
      });
      project.world.latencyMs = () => 1;
      const stopped = await project.run([], {
        interrupts: [{ when: interrupt.then(() => wait(0)), signal }],
      });
      expect(stopped.exitCode).toBe(exit);
      expect(stopped.stderr).toContain(
        `warning: stopping after ${name}: answers so far are kept; a second signal exits at once\n`,
      );
      expect(stopped.stderr).toContain(`error: stopped by ${name}\n`);
      expect(stopped.stderr).toMatch(resumeLine);
      const [run = ""] = project.runs();
      const record = JSON.parse(project.read(".dao-opt/runs", run, "record.json"));
      expect(record).toMatchObject({ status: "interrupted", exit_code: exit });
      const journal = readFileSync(join(project.directory, ".dao-opt/runs", run, "journal.jsonl"), "utf8");
      const kept = answerLines(journal).length;
      expect(kept).toBeGreaterThanOrEqual(20);

      project.world.calls.length = 0;
      const { json, exitCode } = await project.run(["--resume", "--json"]);
      expect(exitCode).toBe(0);
      expect(project.world.calls).toHaveLength(85 - kept);
      const resumed = runOutputSchema.parse(json).optimizations[0];
      const { usage } = resumed ?? {};
      expect({ ...resumed, seconds: 0, usage: null }).toEqual({ ...expected, seconds: 0, usage: null });
      // Requests dropped by Ctrl-C were sent and count.
      expect(usage?.total.calls).toBe(85);
      expect(usage?.total.lost_calls).toBe(record.optimizations[0].usage.total.lost_calls);
    });
  }

  test("the second Ctrl-C exits at once, even if an engine never returns", async () => {
    const project = createWorldProject();
    let hasBegun = () => {};
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    let letGo = () => {};
    project.world.optimize = async (task, lab) => {
      hasBegun();
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
      return tryTexts([])(task, lab);
    };
    const second = begun.then(() => wait(5));
    const left: number[] = [];
    const exitNow = (code: number) => {
      left.push(code);
      letGo();
    };
    await project.run([], {
      interrupts: [
        { when: begun, signal: "SIGINT" },
        { when: second, signal: "SIGINT" },
      ],
      exitNow,
    });
    expect(left).toEqual([130]);
  });
});

test("running out of minutes before the base was measured exits with 3 and keeps the answers", async () => {
  const project = createWorldProject({ optimization: { budget: { minutes: 0.002 } } });
  project.world.latencyMs = () => 100;
  const { exitCode, json } = await project.run(["--json", "-j", "1"]);
  expect(exitCode).toBe(3);
  expect(runOutputSchema.parse(json)).toMatchObject({
    status: "budget",
    optimizations: [
      {
        status: "failed",
        stopped: "budget_minutes",
        error: {
          code: "budget_spent",
          message:
            "the budget ended before the base was measured on all 12 validation rows: 0.002 minutes are over",
        },
      },
    ],
  });
});

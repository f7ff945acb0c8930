import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { evalOutputSchema } from "../../../../src/cli/commands/eval/output.ts";
import { ModelError } from "../../../../src/core/errors.ts";
import { createWorldProject, type WorldProject } from "../../../support/world-project.ts";

const evaluate = (project: WorldProject, ...args: readonly string[]) =>
  project.cli(["eval", "config.yaml", ...args]);
const scores = (json: unknown) =>
  evalOutputSchema.parse(json).results.map(({ ref, model, score, rows }) => [ref, model, score, rows]);

describe("eval", () => {
  test("scores base, source and registered versions on all rows", async () => {
    const project = createWorldProject({ optimization: { source_model: "large" } });
    await project.run();
    project.world.calls.length = 0;
    const { json, exitCode, stdout } = await evaluate(project, "--json", "--against", "prompts:/p/1", "p@2");
    expect(exitCode).toBe(0);
    expect(evalOutputSchema.parse(json)).toMatchObject({
      optimization: "x",
      dataset: "d",
      split: "all",
      rows: 60,
      status: "completed",
      error: null,
    });
    // The registry has version 2 by now: that is the base.
    expect(scores(json)).toEqual([
      ["base", "small", 58 / 60, 60],
      // The source model runs the config's prompt, not a version registered later.
      ["source", "large", 15 / 60, 60],
      ["prompts:/p/1", "small", 15 / 60, 60],
      ["prompts:/p/2", "small", 58 / 60, 60],
    ]);
    const [base] = evalOutputSchema.parse(json).results;
    expect(base?.interval?.[0]).toBeLessThan(58 / 60);
    // What the run asked before is in the cache.
    expect(base?.usage).toMatchObject({ calls: 18, cached_calls: 42 });
    expect(stdout).not.toContain("warning");
  });

  test("--split evaluates one part; a part without rows is an error", async () => {
    const project = createWorldProject();
    expect(scores((await evaluate(project, "--json", "--split", "test")).json)).toEqual([
      ["base", "small", 0.3, 30],
    ]);
    const few = createWorldProject({ rows: 10 });
    expect(await evaluate(few, "--split", "test")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("dataset d has too few rows for a test part"),
    });
    expect((await evaluate(project, "--split", "tset")).stderr).toBe(
      'error: --split: unknown part "tset"\n  → did you mean test?\n',
    );
  });

  test("after a run the test rows compare the new version with its parent, each by its version", async () => {
    const project = createWorldProject();
    await project.run();
    const { json } = await evaluate(project, "--json", "--split", "test");
    expect(
      evalOutputSchema.parse(json).results.map(({ ref, version, rows }) => [ref, version, rows]),
    ).toEqual([
      ["base", 2, 30],
      ["prompts:/p/1", 1, 30],
    ]);
    const { stdout } = await evaluate(project, "--split", "test");
    expect(stdout).toMatch(/^base \(version 2\) small/m);
    expect(stdout).toMatch(/^prompts:\/p\/1 +small/m);
  });

  test("failed rows count against the limit only after all rows, and their share is exact", async () => {
    const project = createWorldProject();
    const { answer } = project.world;
    project.world.answer = (request, spec) =>
      Number(/row (\d+)/.exec(JSON.stringify(request.messages))?.[1]) < 12
        ? new ModelError("overloaded", { kind: "bad_request" })
        : answer(request, spec);
    const { exitCode, json } = await evaluate(project, "--json");
    expect(exitCode).toBe(0);
    expect(evalOutputSchema.parse(json).results[0]).toMatchObject({ rows: 48, failed: 12 });
  });

  test("figures do not depend on concurrency, nor on a budget of the search", async () => {
    const project = createWorldProject({ optimization: { budget: { calls: 80 } } });
    project.world.latencyMs = () => Math.random() * 3;
    const one = evalOutputSchema.parse((await evaluate(project, "--json", "--no-cache", "-j", "1")).json)
      .results[0];
    const other = evalOutputSchema.parse((await evaluate(project, "--json", "--no-cache", "-j", "32")).json)
      .results[0];
    expect({ ...other, seconds: 0 }).toEqual({ ...one, seconds: 0 });
  });

  test("a few failed rows are counted; too many stop it with the figures so far", async () => {
    const project = createWorldProject();
    const { answer } = project.world;
    const failing = (share: number) => {
      project.world.answer = (request, spec) =>
        Number(/row (\d+)/.exec(JSON.stringify(request.messages))?.[1]) % share === 0
          ? new ModelError("too long", { kind: "bad_request" })
          : answer(request, spec);
    };
    failing(20);
    const fine = await evaluate(project, "--json");
    expect(fine.exitCode).toBe(0);
    expect(evalOutputSchema.parse(fine.json).results[0]).toMatchObject({ rows: 57, failed: 3 });
    failing(2);
    const broken = await evaluate(project, "--json", "--no-cache", "--junit", "junit.xml");
    expect(broken.exitCode).toBe(1);
    expect(evalOutputSchema.parse(broken.json)).toMatchObject({
      status: "failed",
      exit_code: 1,
      error: {
        code: "optimization_failed",
        message: expect.stringContaining("rows failed, above max_error_rate 0.2"),
      },
    });
    expect(project.world.calls.length).toBeLessThan(60 + 40);
    expect(readFileSync(join(project.directory, "junit.xml"), "utf8")).toContain(
      '<testsuite name="dao-opt eval" tests="1" failures="0" errors="1"',
    );
    const evaluated = await evaluate(project, "--no-cache");
    expect(evaluated.stderr).toMatch(/error: \d+ of \d+ rows failed, above max_error_rate/);
  });

  test("session limits and Ctrl-C stop it with their exit codes", async () => {
    const project = createWorldProject();
    const limited = await evaluate(project, "--json", "--max-calls", "10");
    expect(limited.exitCode).toBe(3);
    expect(evalOutputSchema.parse(limited.json)).toMatchObject({
      status: "budget",
      results: [{ rows: 10 }],
      error: { hint: "run again with a higher limit: answers so far are in the cache" },
    });
    project.world.latencyMs = () => 600_000;
    let hasBegun = () => {};
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    project.world.latencyMs = () => {
      hasBegun();
      return 600_000;
    };
    const stopped = await project.cli(["eval", "config.yaml", "--json", "--no-cache"], {
      interrupts: [{ when: begun, signal: "SIGINT" }],
    });
    expect(stopped.exitCode).toBe(130);
    expect(evalOutputSchema.parse(stopped.json)).toMatchObject({
      status: "interrupted",
      results: [{ score: null, interval: null, rows: 0 }],
    });
  });

  test("an invalid key exits 4 immediately", async () => {
    const project = createWorldProject();
    project.world.answer = () => new ModelError("the key is wrong", { kind: "auth", hint: "set it" });
    const { exitCode, stderr } = await evaluate(project);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/the key is wrong\n {2}→ set it\n/);
  });

  test("as text: a table per optimization, with the interval's confidence", async () => {
    const project = createWorldProject({ optimization: { gate: { confidence: 0.9 } } });
    const { stdout } = await evaluate(project);
    expect(stdout).toMatch(/^x: dataset d, all rows\nPrompt/);
    expect(stdout).toMatch(/Prompt Model Score 90 % CI +Rows Failed Calls Tokens Cost +Time\n/);
    expect(stdout).toMatch(/^base +small 0\.250 \[0\.\d{3}, 0\.\d{3}\] +60 +0 /m);
  });
});

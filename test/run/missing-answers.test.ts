import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../src/cli/commands/run/output.ts";
import type { Completion, CompletionRequest } from "../../src/contracts/language-model.ts";
import { ModelError } from "../../src/core/errors.ts";
import { textsOf } from "../../src/core/prompt/candidate.ts";
import { messageText } from "../../src/core/prompt/message.ts";
import { createBudgetReservations } from "../../src/run/budget/budget-reservations.ts";
import { comparePairs, measureSides, type Side } from "../../src/run/gate/gate.ts";
import type { EvaluationContext, MeasuredOutcome } from "../../src/run/lab/evaluation-context.ts";
import { createMeter } from "../../src/run/lab/meter.ts";
import { readReflection } from "../../src/run/lab/reflection-tally.ts";
import { modelSpec, planOf, rows } from "../support/lab-world.ts";
import { basePrompt, createWorldProject, goodPrompt } from "../support/world-project.ts";

const options = { confidence: 0.95, seed: 1 };
const example = (at: number) => rows(40)[at] as MeasuredOutcome["example"];
const right = (at: number): MeasuredOutcome => ({ example: example(at), score: { value: 1 } });
const wrong = (at: number): MeasuredOutcome => ({ example: example(at), score: { value: 0 } });
const lost = (at: number): MeasuredOutcome => ({
  example: example(at),
  error: { code: "model_failed", message: "down" },
});
const cut = (at: number, isToolLimited = false): MeasuredOutcome => ({
  ...wrong(at),
  missing: "cut_off",
  ...(isToolLimited ? { isToolLimited: true as const } : {}),
});
const side = (make: (at: number) => MeasuredOutcome, length = 40) =>
  Array.from({ length }, (_, at) => make(at));

describe("a missing answer in the gate", () => {
  test("of the candidate counts 0 at the lower end and 1 at the upper, and not in the difference", () => {
    const base = side((at) => (at < 20 ? right(at) : wrong(at)));
    const whole = comparePairs(base, side(right), options);
    const some = comparePairs(
      base,
      side((at) => (at < 4 ? lost(at) : right(at))),
      options,
    );
    expect(some.difference).toBeCloseTo(20 / 36, 12);
    expect(some.interval[0]).toBeLessThan(whole.interval[0]);
    expect(some.interval[1]).toBeCloseTo(whole.interval[1], 12);
    expect(some).toMatchObject({ rows: 40, rowsFailed: 4, failed: { base: 0, optimized: 4 } });
    expect(some.leastDifference).toBeCloseTo(16 / 40, 12);
  });

  test("of the base counts 1 at the lower end", () => {
    const optimized = side(right);
    const base = side((at) => (at < 10 ? lost(at) : at < 20 ? right(at) : wrong(at)));
    const asRight = side((at) => (at < 20 ? right(at) : wrong(at)));
    expect(comparePairs(base, optimized, options).interval[0]).toBeCloseTo(
      comparePairs(asRight, optimized, options).interval[0],
      12,
    );
  });

  test("on both sides is a tie", () => {
    const base = side((at) => (at < 10 ? lost(at) : wrong(at)));
    const optimized = side((at) => (at < 10 ? lost(at) : right(at)));
    const tied = comparePairs(
      side((at) => wrong(at)),
      side((at) => (at < 10 ? wrong(at) : right(at))),
      options,
    );
    expect(comparePairs(base, optimized, options).interval).toEqual(tied.interval);
    expect(comparePairs(base, optimized, options).difference).toBe(1);
  });

  test("because of a built-in limit counts 1 for a base and 0 for a candidate", () => {
    const base = side((at) => cut(at, true));
    expect(comparePairs(base, side(right), options)).toMatchObject({ base: 1, difference: 0 });
    expect(comparePairs(base, side(right), options).interval[0]).toBeLessThan(0);
    expect(
      comparePairs(
        side((at) => cut(at)),
        side(right),
        options,
      ),
    ).toMatchObject({ base: 0, difference: 1 });
    expect(comparePairs(side(wrong), base, options)).toMatchObject({ optimized: 0, difference: 0 });
  });
});

/** A side whose model answers by request, called with the text and the number of earlier requests. */
function sideOf(answer: (text: string, turn: number) => string | Error, sent: string[], name: string): Side {
  const turns = new Map<string, number>();
  const model = {
    provider: "test",
    modelId: name,
    async complete(request: CompletionRequest): Promise<Completion> {
      const text = request.messages.map(messageText).join("");
      const turn = (turns.get(text) ?? 0) + 1;
      turns.set(text, turn);
      sent.push(`${name} ${text}`);
      await new Promise(setImmediate);
      const found = answer(text, turn);
      if (found instanceof Error) throw found;
      const usage = { inputTokens: 1, outputTokens: 1 };
      return { text: found, kind: "text", toolCalls: [], finishReason: "stop", usage, latencyMs: 1 };
    },
  };
  const live = { modelChain: [modelSpec({ key: name, name })] as const, model };
  const controller = new AbortController();
  const evaluation: EvaluationContext = {
    plan: planOf(),
    target: live,
    judge: live,
    scorer: {
      judgeCalls: { usual: 0, most: 0 },
      score: async ({ output, example: { expected } }) => ({ value: output === expected ? 1 : 0 }),
    },
    meter: createMeter(),
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
  };
  return { evaluation, texts: textsOf(planOf().prompts), role: "target" };
}

const down = new ModelError("down", { kind: "connection" });

describe("rows of the gate", () => {
  test("are sent in pairs and repeated once at the end after network errors", async () => {
    const sent: string[] = [];
    const failsOnce = (text: string, turn: number) => (text.includes("text 1") && turn === 1 ? down : "yes");
    const sides = [sideOf(() => "yes", sent, "base"), sideOf(failsOnce, sent, "optimized")];
    const { outcomes, budget } = await measureSides(sides, rows(3), createBudgetReservations({}));
    expect(budget).toBeUndefined();
    expect(outcomes.map((list) => list.map(({ score }) => score?.value))).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
    expect(sent.slice(0, 2).map((one) => one.split(" ")[0])).toEqual(["base", "optimized"]);
    expect(sent).toHaveLength(7);
    expect(sent.at(-1)).toContain("optimized");
  });

  test("that stay lost are outcomes with their error", async () => {
    const sent: string[] = [];
    const sides = [sideOf(() => down, sent, "base"), sideOf(() => "yes", sent, "optimized")];
    const { outcomes } = await measureSides(sides, rows(2), createBudgetReservations({}));
    expect(outcomes[0]?.map(({ error }) => error?.message)).toEqual(["down", "down"]);
    expect(sent.filter((one) => one.startsWith("base"))).toHaveLength(4);
  });

  test("end with the pairs that the budget covers, in order", async () => {
    const sent: string[] = [];
    const sides = [sideOf(() => "yes", sent, "base"), sideOf(() => "yes", sent, "optimized")];
    const { outcomes, budget } = await measureSides(sides, rows(10), createBudgetReservations({ calls: 7 }));
    expect(budget?.limit).toBe("calls");
    expect(outcomes.map((list) => list.length)).toEqual([3, 3]);
    expect(outcomes[0]?.map(({ example: { id } }) => id)).toEqual(["row-0", "row-1", "row-2"]);
    expect(sent).toHaveLength(6);
  });
});

describe("reflections", () => {
  const completion = (over: Partial<Completion>): Completion => ({
    text: "",
    toolCalls: [],
    finishReason: "stop",
    usage: { inputTokens: 1, outputTokens: 1 },
    latencyMs: 1,
    ...over,
  });

  test.each([
    ["refusal", "refusal", "I cannot do that."],
    ["filtered", "content_filter", ""],
    ["empty", "empty", " "],
  ] as const)("that are %s are a ModelError of that kind", (kind, errorKind, text) => {
    expect(() => readReflection(completion({ kind, text }), "big")).toThrow(
      expect.objectContaining({ kind: errorKind }),
    );
  });

  test("that are cut off resolve as cut off", () => {
    expect(readReflection(completion({ kind: "cut_off", text: "half" }), "big")).toEqual({
      text: "half",
      isCutOff: true,
    });
  });

  test("that all fail make the optimization fail without paying for the gate", async () => {
    const project = createWorldProject();
    const { answer } = project.world;
    project.world.answer = (request, spec) =>
      spec.name === "large"
        ? new ModelError("the model refused", { kind: "refusal" })
        : answer(request, spec);
    const { exitCode, json } = await project.run(["--json"]);
    expect(exitCode).toBe(1);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one).toMatchObject({ status: "failed", stopped: "reflections_failed" });
    expect(one?.reason).toMatch(/^no reflection returned a text \(1 of 1 failed: 1 refused by the model\)/);
    expect(one?.scores.test).toBeUndefined();
    // Only the base on the validation rows.
    expect(project.world.calls.filter((name) => name === "small")).toHaveLength(12);
  });

  test("of which one returned a text lead to the gate", async () => {
    const project = createWorldProject({ texts: [goodPrompt, `${goodPrompt} again`] });
    const { answer } = project.world;
    let asked = 0;
    project.world.answer = (request, spec) => {
      if (spec.name !== "large") return answer(request, spec);
      return ++asked > 1 ? new ModelError("the model refused", { kind: "refusal" }) : "a text";
    };
    const { json, exitCode } = await project.run(["--json"]);
    expect(exitCode).toBe(0);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one).toMatchObject({ status: "improved", stopped: "no_progress" });
    expect(one?.reflections).toMatchObject({ asked: 2, answered: 1, failed: { refusal: 1 } });
  });
});

describe("parity", () => {
  test("is unaffected by a newly registered version and names the prompt of the source", async () => {
    const project = createWorldProject({ optimization: { source_model: "large" } });
    const parityOf = async () => {
      const { json } = await project.run(["--json"]);
      const [one] = runOutputSchema.parse(json).optimizations;
      return one?.scores.source;
    };
    const first = await parityOf();
    expect(first).toMatchObject({ score: 0.3, prompt_version: 1, failed: 0 });
    // Version 2 is the base now; the source model still runs the config's prompt.
    expect(await parityOf()).toMatchObject({ score: 0.3, prompt_version: 1 });
  });

  test("is measured on source_prompt, even with a perfect base", async () => {
    const project = createWorldProject({ base: "accuracy=1 Answer: {{text}}", texts: [] });
    Object.assign(project.config.prompts, { old: { name: "old", default_template: basePrompt } });
    Object.assign(project.config.optimizations.prompt_optimizations["x"] as object, {
      source_model: "large",
      source_prompt: "old",
    });
    project.save();
    const { json, stderr } = await project.run(["--json"]);
    const [one] = runOutputSchema.parse(json).optimizations;
    expect(one?.reason, stderr).toContain("the base is right on every validation row");
    expect(one?.scores.source).toMatchObject({ score: 0.3, prompt_version: null });
  });

  test("with an unknown source_prompt is a config error with the nearest name", async () => {
    const project = createWorldProject({ optimization: { source_model: "large", source_prompt: "pp" } });
    const { exitCode, stderr } = await project.run();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no prompt "pp"');
    expect(stderr).toContain("did you mean p?");
  });
});

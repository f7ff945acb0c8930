import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runOutputSchema } from "../../../src/cli/commands/run/output.ts";
import { messageText } from "../../../src/core/prompt/message.ts";
import { answerByAccuracy, createWorldProject, modulePath, type World } from "../../support/world-project.ts";

/** Several lanes that propose, check the budget before they continue, and report what they saw. */
function lanes(accuracies: readonly number[], count: number): World["optimize"] {
  return async ({ seed, train, validation }, lab) => {
    const work = [...accuracies.entries()];
    const lane = async (): Promise<void> => {
      for (let next = work.shift(); next !== undefined; next = work.shift()) {
        const [at, accuracy] = next;
        await lab.reflect({ purpose: "propose", messages: [{ role: "user", content: `improve ${at}` }] });
        const drafted = lab.draft({ p: `accuracy=${accuracy} try ${at}: {{text}}` }, [seed.id]);
        if (!drafted.accepted) continue;
        const { mean } = await lab.evaluate(drafted.candidate, lab.random.shuffle(train).slice(0, 3));
        const { callsLeft, spentShare } = lab.budget;
        lab.emit({ type: "engine-note", message: `${at}: ${mean} ${callsLeft} ${spentShare}` });
        if (mean > 0.3 || callsLeft > 60) await lab.evaluate(drafted.candidate, validation);
      }
    };
    // When one lane reaches the end of the budget, the others continue.
    await Promise.all(Array.from({ length: count }, lane));
    return { stopped: "max_steps", steps: accuracies.length };
  };
}

async function runAt(
  concurrency: number,
  plan: { budget: object; accuracies: readonly number[]; laneCount: number },
) {
  const project = createWorldProject({
    rows: 24,
    model: { max_tokens: 30, price: { input: 1000, output: 1000 } },
    optimization: {
      budget: plan.budget,
      scorer_model: "large",
      scorers: [{ use: modulePath("world-scorer") }],
    },
  });
  project.world.latencyMs = () => Math.floor(Math.random() * 4);
  project.world.optimize = lanes(plan.accuracies, plan.laneCount);
  project.world.answer = (request) => {
    const text = request.messages.map(messageText).join("\n");
    const [, output, expected] = /^row .*: (.*) = (.*)\?$/.exec(text) ?? [];
    if (output !== undefined) return output === expected ? "same" : "other";
    return answerByAccuracy(request);
  };
  const { json, stderr } = await project.run(["--json", "-j", String(concurrency), "--no-cache", "-v"]);
  const { optimizations } = runOutputSchema.parse(json);
  const lines = stderr.split("\n").filter((line) => /^x {2}\d+: /.test(line));
  return { ...optimizations[0], seconds: 0, lines, sent: project.world.calls.length };
}

const plans = fc.record({
  accuracies: fc.array(fc.constantFrom(0.2, 0.5, 0.7, 0.95), { minLength: 1, maxLength: 6 }),
  laneCount: fc.integer({ min: 1, max: 3 }),
});

/** A built-in engine with models that answer by accuracy, at random latency. */
async function runEngineAt(concurrency: number, use: string, budget: object) {
  const project = createWorldProject({
    rows: 24,
    model: { max_tokens: 60, price: { input: 1000, output: 1000 } },
    optimization: { budget, optimizer: { use }, num_candidates: 3, max_steps: 3 },
  });
  project.world.latencyMs = () => Math.floor(Math.random() * 4);
  const { answer } = project.world;
  project.world.answer = (request, spec) => {
    if (spec.name !== "large") return answer(request, spec);
    const asked = request.messages.map(messageText).join("\n");
    // Depends only on the request, so that timing has no effect.
    return `\`\`\`\naccuracy=0.${4 + (asked.length % 6)} Answer: {{text}}\n\`\`\``;
  };
  const { json, stderr } = await project.run(["--json", "-j", String(concurrency), "--no-cache"]);
  const [one] = runOutputSchema.parse(json).optimizations;
  return { one: { ...one, seconds: 0 }, sent: project.world.calls.length, stderr };
}

describe("a budget", () => {
  test.each(["gepa", "metaprompt"])("is kept by %s, the same at any concurrency", async (use) => {
    for (const budget of [{ calls: 60 }, { calls: 110 }, { usd: 40 }, { tokens: 60_000 }]) {
      const [one, other] = [await runEngineAt(2, use, budget), await runEngineAt(24, use, budget)];
      const total = one.one.usage?.total;
      if (total === undefined) throw new Error(one.stderr);
      expect(total.calls).toBeGreaterThan(20);
      expect(total.calls).toBe(one.sent);
      expect(total.calls).toBeLessThanOrEqual("calls" in budget ? (budget.calls ?? 0) : 1e9);
      expect(total.usd).toBeLessThanOrEqual("usd" in budget ? (budget.usd ?? 0) : 1e9);
      const tokens = total.input_tokens + total.output_tokens;
      expect(tokens).toBeLessThanOrEqual("tokens" in budget ? (budget.tokens ?? 0) : 1e9);
      expect(other.one).toEqual(one.one);
    }
  });

  test("in calls is never exceeded, and the run is the same at any concurrency and latency", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 90, max: 200 }), async (plan, calls) => {
        const [one, ...others] = [
          await runAt(1, { ...plan, budget: { calls } }),
          await runAt(4, { ...plan, budget: { calls } }),
          await runAt(32, { ...plan, budget: { calls } }),
        ];
        expect(one?.usage?.total.calls).toBeLessThanOrEqual(calls);
        // The count equals the requests sent: questions shared by candidates are sent and paid once.
        expect(one?.usage?.total.calls).toBe(one?.sent);
        for (const other of others) expect(other).toEqual(one);
      }),
      { numRuns: 8 },
    );
  });

  test("in dollars or tokens is never exceeded either", async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 50, max: 64 }), fc.boolean(), async (plan, size, isUsd) => {
        const budget = isUsd ? { usd: size } : { tokens: size * 1000 };
        const [one, other] = [await runAt(2, { ...plan, budget }), await runAt(16, { ...plan, budget })];
        const {
          usd,
          input_tokens: input,
          output_tokens: output,
        } = one?.usage?.total ?? {
          usd: Number.NaN,
          input_tokens: Number.NaN,
          output_tokens: Number.NaN,
        };
        if (isUsd) expect(usd).toBeLessThanOrEqual(size);
        else expect(input + output).toBeLessThanOrEqual(size * 1000);
        expect(other).toEqual(one);
      }),
      { numRuns: 8 },
    );
  });
});

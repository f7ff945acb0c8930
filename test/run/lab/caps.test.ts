import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import type { CompletionRequest, LanguageModel } from "../../../src/contracts/language-model.ts";
import type { ModelSpec } from "../../../src/contracts/model-spec.ts";
import type { Lab } from "../../../src/contracts/optimizer.ts";
import type { Scorer } from "../../../src/contracts/scorer.ts";
import { BudgetError, isDaoOptError, ModelError } from "../../../src/core/errors.ts";
import type { Candidate } from "../../../src/core/prompt/candidate.ts";
import { messageText } from "../../../src/core/prompt/message.ts";
import { createRandom, type Random } from "../../../src/core/random.ts";
import { boundTokens, costUsd } from "../../../src/core/usage.ts";
import { buildModel } from "../../../src/models/stack.ts";
import { createStackServices } from "../../../src/models/stack-services.ts";
import { createCatalog } from "../../../src/plugins/catalog.ts";
import { defineModel } from "../../../src/plugins/define.ts";
import { type Caps, createBudgetReservations } from "../../../src/run/budget/budget-reservations.ts";
import { modelChainOf, outputCapOf } from "../../../src/run/budget/worst-case.ts";
import { createErrorWatch } from "../../../src/run/lab/error-watch.ts";
import { createLab } from "../../../src/run/lab/lab.ts";
import { createMeter } from "../../../src/run/lab/meter.ts";
import { createOutcomeStore } from "../../../src/run/lab/outcome-store.ts";
import { sharedSignal } from "../../../src/run/session/interrupts.ts";
import { openRunAnswers } from "../../../src/run/store/run-answers.ts";
import { guardScorer } from "../../../src/scorers/guard.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { modelSpec, planOf, rows } from "../../support/lab-world.ts";

/** Amounts on the providers' bills, counted at the models. */
interface Bill {
  /** Billable attempts: every answer, and every error that is not a refusal. */
  calls: number;
  tokens: number;
  usd: number;
}

// The fallback is more expensive: its tokens must not be booked at the price of the requested model.
const specs: Readonly<Record<string, ModelSpec>> = {
  target: modelSpec({
    key: "target",
    name: "target",
    provider: "world",
    retries: 2,
    fallbacks: ["spare"],
    parameters: { maxTokens: 40 },
    price: { input: 1000, output: 3000, cachedInput: 200 },
  }),
  spare: modelSpec({
    key: "spare",
    name: "spare",
    provider: "world",
    retries: 1,
    parameters: { maxTokens: 60 },
    price: { input: 7000, output: 20_000 },
  }),
  judge: modelSpec({
    key: "judge",
    name: "judge",
    provider: "world",
    retries: 1,
    parameters: { maxTokens: 30 },
    price: { input: 500, output: 500 },
  }),
  reflection: modelSpec({
    key: "reflection",
    name: "reflection",
    provider: "world",
    retries: 2,
    fallbacks: ["spare"],
    parameters: { maxTokens: 90 },
    price: { input: 2000, output: 8000 },
  }),
};

/** Answers, fails and bills at random, after random delays. */
function chanceModel(spec: ModelSpec, random: Random, bill: Bill): LanguageModel {
  return {
    provider: "world",
    modelId: spec.name,
    async complete({ messages }: CompletionRequest) {
      for (let turns = random.integer(6); turns > 0; turns--) await new Promise(setImmediate);
      const fate = random.next();
      if (fate < 0.06) throw new ModelError("overloaded", { kind: "server", status: 503 });
      bill.calls++;
      if (fate < 0.12) throw new ModelError("broken", { kind: "server", status: 500 });
      const inputTokens = 1 + random.integer(boundTokens(messages.map(messageText).join("")) + 8);
      const usage = {
        inputTokens,
        cachedInputTokens: random.integer(inputTokens),
        outputTokens: 1 + random.integer(outputCapOf(spec)),
      };
      bill.tokens += usage.inputTokens + usage.outputTokens;
      bill.usd += costUsd(usage, spec.price) ?? 0;
      if (fate < 0.22) throw new ModelError("filtered", { kind: "content_filter", usage });
      const isCutOff = fate < 0.3;
      const text = random.next() < 0.5 ? "yes" : "no";
      return { text, toolCalls: [], finishReason: isCutOff ? "length" : "stop", usage, latencyMs: 1 };
    },
  };
}

/** Calls the judge once, and again if the answer is unusable. */
const judged: Scorer = guardScorer("judged", {
  judgeCalls: { usual: 1, most: 2 },
  judgeOverheadTokens: 120,
  async score({ example, output, judge }) {
    const ask = async (content: string) =>
      (await judge?.complete({ messages: [{ role: "user", content }] }))?.text ?? "";
    const first = await ask(`${JSON.stringify(example.inputs)}: is ${output} right?`);
    const second = first === "yes" ? first : await ask(`${JSON.stringify(example.inputs)}: ${output}, sure?`);
    return { value: second === "yes" ? 1 : 0 };
  },
});

interface Search {
  readonly lab: Lab;
  readonly candidates: readonly Candidate[];
}

const all = rows(12);

/** Ways in which engines request measurements. */
const patterns: Readonly<Record<string, (search: Search) => Promise<unknown>>> = {
  "one after another, whole": async ({ lab, candidates }) => {
    for (const candidate of candidates) await lab.evaluate(candidate, all);
  },
  "all at once, waited for together": ({ lab, candidates }) =>
    Promise.all(candidates.map((candidate) => lab.evaluate(candidate, all))),
  "asked for and forgotten": async ({ lab, candidates }) => {
    for (const candidate of candidates) void lab.evaluate(candidate, all);
    await lab.reflect({ purpose: "propose", messages: [{ role: "user", content: "improve" }] });
  },
  "lanes of minibatch, reflection, minibatch": ({ lab, candidates }) => {
    const work = [...candidates.entries()];
    const lane = async (): Promise<void> => {
      for (let next = work.shift(); next !== undefined; next = work.shift()) {
        const [at, candidate] = next;
        const { mean } = await lab.evaluate(candidate, lab.random.shuffle(all).slice(0, 3));
        const content = `improve ${at}, which has ${mean} of its rows right`;
        await lab.reflect({ purpose: "propose", messages: [{ role: "user", content }] });
        if (lab.budget.callsLeft > 5) await lab.evaluate(candidate, all.slice(3));
      }
    };
    return Promise.all([lane(), lane(), lane()]);
  },
  "blocks, losers stopped early": async ({ lab, candidates }) => {
    let left = [...candidates];
    for (let block = 0; block < all.length && left.length > 0; block += 4) {
      const rated = await Promise.all(
        left.map(async (candidate) => ({
          candidate,
          mean: (await lab.evaluate(candidate, all.slice(block, block + 4))).mean,
        })),
      );
      left = rated
        .sort((one, other) => other.mean - one.mean)
        .slice(0, Math.ceil(left.length / 2))
        .map(({ candidate }) => candidate);
    }
  },
  "further samples of the same rows": async ({ lab, candidates }) => {
    for (const candidate of candidates) {
      await Promise.all([0, 1, 0, 2].map((repeat) => lab.evaluate(candidate, all, { repeat })));
    }
  },
};

interface Setting {
  readonly pattern: string;
  readonly candidates: number;
  readonly concurrency: number;
  readonly seed: number;
  readonly caps: Caps;
}

async function spend({ pattern, candidates, concurrency, seed, caps }: Setting) {
  const bill: Bill = { calls: 0, tokens: 0, usd: 0 };
  const random = createRandom(seed);
  const world = defineModel({
    name: "world",
    summary: "answers by chance",
    options: z.object({}),
    create: (_, { spec }) => chanceModel(spec, random.fork(spec.key), bill),
  });
  const models = Object.fromEntries(
    Object.entries(specs).map(([key, spec]) => [key, { spec, secrets: { headers: {} } }]),
  );
  const services = createStackServices({
    concurrency,
    catalog: createCatalog({
      optimizer: {},
      scorer: {},
      model: { world: { summary: "", load: async () => world } },
    }),
    models,
    answers: openRunAnswers({
      journal: {
        records: new Map(),
        unfiled: new Map(),
        closings: new Map(),
        adaptations: new Map(),
        append: () => {},
        appendSent: async () => {},
        appendEnded: () => {},
        appendAdaptation: () => {},
        appendClosing: () => {},
        close: () => {},
      },
      keepsFailures: true,
      runClock: { elapsedMs: () => 0, moveTo: () => {} },
      now: () => new Date(0),
    }),
    clock: createFakeClock(),
    random: () => 0,
  });
  const live = async (key: string) => {
    const spec = specs[key] as ModelSpec;
    const model = await buildModel(spec, { headers: {} }, services);
    return { modelChain: modelChainOf(spec, specs), model };
  };
  const controller = new AbortController();
  sharedSignal(controller.signal);
  const meter = createMeter();
  const reservations = createBudgetReservations(caps);
  const outcomeStore = createOutcomeStore();
  let wasExceeded = false;
  const lab = createLab({
    evaluation: {
      plan: planOf(),
      target: await live("target"),
      judge: await live("judge"),
      scorer: judged,
      meter: {
        ...meter,
        book(...given) {
          wasExceeded ||= exceeds(reservations.committed, caps);
          return meter.book(...given);
        },
      },
      signal: controller.signal,
      abort: (reason) => controller.abort(reason),
    },
    reflection: await live("reflection"),
    outcomeStore,
    reservations,
    errorWatch: createErrorWatch(1, () => {}),
    random: createRandom(seed),
    emit: () => {},
  });
  const drafted = Array.from({ length: candidates }, (_, at) =>
    lab.draft({ p: `Say yes to {{text}}${" please".repeat(at)}` }, []),
  ).flatMap((draft) => (draft.accepted ? [draft.candidate] : []));
  let isSpent = false;
  await patterns[pattern]?.({ lab, candidates: drafted }).catch((error: unknown) => {
    if (!isDaoOptError(error)) throw error;
    isSpent = error instanceof BudgetError;
  });
  await lab.close();
  return { bill, reservations, meter, isSpent, wasExceeded };
}

function exceeds(amount: Bill | Caps, caps: Caps): boolean {
  return (["calls", "tokens", "usd"] as const).some(
    (limit) => (amount[limit] ?? 0) > (caps[limit] ?? Number.POSITIVE_INFINITY) + 1e-7,
  );
}

const settings = fc.record({
  pattern: fc.constantFrom(...Object.keys(patterns)),
  candidates: fc.integer({ min: 1, max: 5 }),
  concurrency: fc.constantFrom(1, 3, 8, 32),
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  caps: fc.record(
    {
      calls: fc.integer({ min: 1, max: 120 }),
      tokens: fc.integer({ min: 200, max: 40_000 }),
      usd: fc.double({ min: 0.5, max: 120, noNaN: true }),
    },
    { requiredKeys: [] },
  ),
});

test("billed attempts never exceed a cap, and all of them are booked at their own price", async () => {
  const ends = new Set<boolean>();
  await fc.assert(
    fc.asyncProperty(settings, async (setting) => {
      const { bill, reservations, meter, isSpent, wasExceeded } = await spend(setting);
      ends.add(isSpent);
      // Not even if everything in progress at any time had cost its worst case.
      expect(wasExceeded).toBe(false);
      expect(exceeds({ ...bill, calls: reservations.spent.calls }, setting.caps)).toBe(false);
      // A budget in calls counts decided calls, however many attempts they took.
      expect(reservations.spent.calls).toBe(meter.charged.calls);
      expect(reservations.spent.tokens).toBe(bill.tokens);
      expect(reservations.spent.usd).toBeCloseTo(bill.usd, 6);
      expect(meter.total).toMatchObject({ calls: bill.calls });
      expect(meter.total.inputTokens + meter.total.outputTokens).toBe(bill.tokens);
      expect(meter.total.usd).toBeCloseTo(bill.usd, 6);
      // All reservations for calls in progress are free again.
      expect(reservations.committed.calls).toBe(reservations.spent.calls);
      expect(reservations.committed.tokens).toBe(reservations.spent.tokens);
    }),
    { numRuns: 150 },
  );
  // Some runs must have reached their cap, otherwise the test shows nothing.
  expect([...ends].sort()).toEqual([false, true]);
});

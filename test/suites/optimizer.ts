import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineEvent } from "../../src/contracts/events.ts";
import type { EngineStop, Optimizer } from "../../src/contracts/optimizer.ts";
import { BudgetError, InterruptedError, ModelError, OptimizationError } from "../../src/core/errors.ts";
import { createRandom } from "../../src/core/random.ts";
import {
  allRules,
  promptOf,
  replyWith,
  type SearchWorldOptions,
  searchWorld,
} from "../support/search-world.ts";

export interface OptimizerUnderTest {
  readonly open: () => Promise<Optimizer>;
  /** The end of a search without progress, and its number of steps, with this patience. */
  readonly fruitlessEnd: (patience: number) => { readonly stopped: EngineStop; readonly steps: number };
  /** Source of its progress: without it, there is none. Default: reflections. */
  readonly learnsFrom?: "reflections" | "demonstrations";
  /** Whether reflections write the whole text, so that they can lose its variables. Default: true. */
  readonly rewritesWhole?: boolean;
  /** Number of consecutive searches while each fails. Default: 1. */
  readonly searches?: number;
}

type SearchWorld = ReturnType<typeof searchWorld>;

/** The contract of every engine on the lab of a run, whatever its strategy. */
export function describeOptimizer(
  name: string,
  { open, fruitlessEnd, learnsFrom = "reflections", rewritesWhole = true, searches = 1 }: OptimizerUnderTest,
): void {
  const reflects = learnsFrom === "reflections";
  const play = async (options: SearchWorldOptions = {}) => {
    const world = searchWorld({ learnsFromExamples: !reflects, ...options });
    const end = await world.run(await open());
    return { world, end };
  };

  describe(`${name} keeps the contract of an optimizer`, () => {
    const unheard: unknown[] = [];
    const listen = (reason: unknown) => unheard.push(reason);
    beforeEach(() => {
      unheard.length = 0;
      process.on("unhandledRejection", listen);
    });
    afterEach(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      process.off("unhandledRejection", listen);
      expect(unheard).toEqual([]);
    });

    it("improves a seed with missing rules", async () => {
      const { world, end } = await play();
      expect(["max_steps", "perfect", "no_progress"]).toContain("stopped" in end ? end.stopped : end.error);
      const seed = world.validationOf(world.task.seed.id) ?? Number.NaN;
      expect(bestOf(world)).toBeGreaterThan(seed);
    });

    it.each([1, 5, 12, 13, 20, 33, 47, 64, 90, 150, 400])("makes no more than %i calls", async (calls) => {
      const { world, end } = await play({ caps: { calls }, limits: { maxSteps: Infinity } });
      expect(world.calls).toBeLessThanOrEqual(calls);
      expect(world.reservations.spent.calls).toBe(world.calls);
      if ("error" in end) expect(end.error).toBeInstanceOf(BudgetError);
    });

    it.each([500, 3000, 9000])("spends no more than %i tokens", async (tokens) => {
      const { world, end } = await play({ caps: { tokens }, limits: { maxSteps: Infinity } });
      expect(world.reservations.spent.tokens).toBeLessThanOrEqual(tokens);
      if ("error" in end) expect(end.error).toBeInstanceOf(BudgetError);
    });

    it("passes on the BudgetError of a budget too small for the seed", async () => {
      const { end } = await play({ caps: { calls: 5 } });
      expect(end).toMatchObject({ error: { code: "budget_spent", limit: "calls" } });
    });

    it.each([undefined, 60, 110])(
      "decides the same at any latency, with a cap of %s calls",
      async (calls) => {
        const options = calls === undefined ? {} : { caps: { calls } };
        const atOnce = await play(options);
        for (const seed of [1, 2, 3]) {
          const random = createRandom(seed);
          const later = await play({ ...options, latencyMs: () => random.integer(4) });
          expect(traceOf(later)).toEqual(traceOf(atOnce));
        }
      },
    );

    it.each([3, 13, 20])("stops when aborted at answer %i", async (at) => {
      const reason = new InterruptedError("stopped", "SIGINT");
      const world: SearchWorld = searchWorld({
        learnsFromExamples: !reflects,
        onAnswer: (asked) => {
          if (asked === at) world.controller.abort(reason);
        },
      });
      const end = await world.run(await open());
      const { calls } = world;
      expect(end).toEqual({ error: reason });
      // One request was in progress, of at most all validation rows of each rewrite.
      const { candidatesPerStep } = world.task.limits;
      expect(calls).toBeLessThanOrEqual(
        at + world.task.validation.length * candidatesPerStep + candidatesPerStep,
      );
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(world.calls).toBe(calls);
    });

    it.skipIf(reflects)("does not call the reflection model, so a broken one does not matter", async () => {
      const { world, end } = await play({
        reflect: () => {
          throw new ModelError("wrong key", { kind: "auth", status: 401 });
        },
      });
      expect(end).toHaveProperty("stopped");
      expect(world.reflector.asked).toEqual([]);
      expect(eventsOf(world).filter(({ type }) => type === "reflection-failed")).toEqual([]);
    });

    it("never evaluates a draft rejected for its length", async () => {
      const { world, end } = await play({
        maxPromptTokens: 32,
        reflect: () => replyWith(promptOf(allRules, " And so on.".repeat(20))),
      });
      expect(world.outcomeStore.candidates).toEqual([world.task.seed]);
      const rows = new Set(world.target.asked.map((asked) => asked.replace(/Case: .*$/, "")));
      expect([...rows]).toEqual([promptOf(["r1"]).replace("Case: {{text}}", "")]);
      if ("error" in end) expect(end.error).toBeInstanceOf(OptimizationError);
      const refused = eventsOf(world).filter(({ type }) => type === "candidate-rejected");
      expect(refused.length).toBeGreaterThanOrEqual(3);
      for (const event of refused)
        expect(event).toMatchObject({ reason: expect.stringContaining("more than the 32 allowed") });
    });

    it.runIf(reflects && !rewritesWhole)("keeps the variables, whatever reflections write", async () => {
      const { world } = await play({ reflect: (_, turn) => replyWith(`Judge the case ${turn}.`) });
      const texts = world.outcomeStore.candidates.map(({ texts: { p } }) => p);
      expect(texts.filter((text) => text?.match(/^Judge the case \d+\.\n/))).not.toEqual([]);
      for (const text of texts) expect(text).toMatch(/\nCase: \{\{text\}\}$/);
      for (const asked of world.target.asked)
        expect(asked).toMatch(/^Case: (train|validation) \d+ touches /m);
      const refused = eventsOf(world).filter(({ type }) => type === "candidate-rejected");
      for (const event of refused)
        expect(event).not.toMatchObject({ reason: expect.stringContaining("{{text}}") });
    });

    it.runIf(reflects && rewritesWhole)("never evaluates a draft that lost a variable", async () => {
      const { world, end } = await play({ reflect: () => replyWith("Judge the case.") });
      expect(world.outcomeStore.candidates).toEqual([world.task.seed]);
      const seedRows = world.task.train.length + world.task.validation.length;
      expect(world.target.asked.length).toBeLessThanOrEqual(seedRows);
      const [opening = ""] = promptOf(["r1"]).split("{{text}}");
      expect(world.target.asked.filter((asked) => !asked.startsWith(opening))).toEqual([]);
      expect(end).toMatchObject({ error: expect.any(OptimizationError) });
      const refused = eventsOf(world).filter(({ type }) => type === "candidate-rejected");
      expect(refused.length).toBeGreaterThanOrEqual(3);
      for (const event of refused) {
        expect(event).toMatchObject({
          parents: [world.task.seed.id],
          texts: { p: "Judge the case." },
          reason: expect.stringContaining("{{text}}"),
        });
        expect(event).not.toHaveProperty("candidate");
      }
    });

    it.runIf(reflects)(
      "ends with the cause if the reflection model fails three times for one reason",
      async () => {
        const failing = () => {
          throw new ModelError("the reflection model is busy", { kind: "server", status: 503 });
        };
        const { world, end } = await play({ reflect: failing });
        expect("error" in end && end.error).toBeInstanceOf(ModelError);
        expect(end).toMatchObject({ error: { message: "the reflection model is busy", kind: "server" } });
        expect(world.reflector.asked).toHaveLength(world.task.limits.candidatesPerStep * searches);
        expect(eventsOf(world).filter(({ type }) => type === "reflection-failed")).toEqual(
          Array.from({ length: 3 * searches }, (_, at) => ({
            type: "reflection-failed",
            step: 1 + Math.floor(at / 3),
            reason: "the reflection model is busy",
          })),
        );
      },
    );

    it.runIf(reflects)("survives occasional reflection failures", async () => {
      const { world, end } = await play({
        reflect: (words, turn) => {
          if (turn === 1) throw new ModelError("a slip", { kind: "timeout" });
          return replyWith(promptOf(allRules, ` Turn ${turn}, ${words.length} characters.`));
        },
      });
      expect(end).toMatchObject({ stopped: "perfect" });
      expect(bestOf(world)).toBe(1);
    });

    it.runIf(reflects)("passes on a fatal error of the reflection model at once", async () => {
      const { end } = await play({
        reflect: () => {
          throw new ModelError("wrong key", { kind: "auth", status: 401 });
        },
      });
      expect(end).toMatchObject({ error: { kind: "auth", message: "wrong key" } });
    });

    it("does not change a perfect seed", async () => {
      const { world, end } = await play({ statedBySeed: allRules });
      expect(end).toEqual({ stopped: "perfect", steps: 0 });
      expect(world.reflector.asked).toEqual([]);
      expect(world.target.asked).toHaveLength(world.task.validation.length);
      expect(world.events).toEqual([]);
    });

    it.each([1, 2, 3])("gives up after %i steps without progress", async (patience) => {
      const { world, end } = await play({
        limits: { patience, maxSteps: 10 },
        learnsFromExamples: false,
        reflect: (_, turn) => replyWith(promptOf(["r1"], ` Think twice (${turn}).`)),
      });
      expect(end).toEqual(fruitlessEnd(patience));
      expect(eventsOf(world).filter(({ type }) => type === "candidate-accepted")).toEqual([]);
    });

    it("reports candidates with known parents, steps in order and at most one verdict each", async () => {
      const { world } = await play();
      const known = new Set([world.task.seed.id]);
      let step = 0;
      const events = eventsOf(world);
      for (const event of events) {
        if (event.type === "step-started") expect(event.step).toBe(++step);
        if ("step" in event) expect(event.step).toBe(step);
        if (event.type !== "candidate-proposed") continue;
        expect(event.parents.length).toBeGreaterThan(0);
        expect(event.parents.filter((parent) => !known.has(parent))).toEqual([]);
        expect(world.outcomeStore.find(event.candidate)).toMatchObject({
          texts: event.texts,
          parents: event.parents,
        });
        known.add(event.candidate);
      }
      const proposed = events.filter(({ type }) => type === "candidate-proposed").map(candidateOf);
      const judged = events.filter(({ type }) => /accepted|rejected/.test(type)).map(candidateOf);
      expect(new Set(proposed).size).toBe(proposed.length);
      const verdicts = judged.filter((id) => id !== undefined);
      expect(new Set(verdicts).size).toBe(verdicts.length);
      expect(verdicts.filter((id) => !proposed.includes(id))).toEqual([]);
    });

    it.each([undefined, 40, 80, 160])(
      "leaves its best candidate measured on all rows, with a cap of %s calls",
      async (calls) => {
        const { world } = await play(calls === undefined ? {} : { caps: { calls } });
        expect(world.validationOf(world.task.seed.id)).toBeDefined();
        for (const event of eventsOf(world)) {
          if (event.type === "candidate-accepted")
            expect(world.validationOf(event.candidate)).toBe(event.validation);
          if (event.type === "step-finished") expect(world.validationOf(event.best)).toBe(event.validation);
        }
      },
    );

    it("does not change its inputs", async () => {
      const { world } = await play();
      const { task } = searchWorld();
      expect(world.task).toEqual(task);
    });
  });
}

function eventsOf(world: SearchWorld): readonly EngineEvent[] {
  return world.events as readonly EngineEvent[];
}

function candidateOf(event: EngineEvent): string | undefined {
  return "candidate" in event ? event.candidate : undefined;
}

/** The runner's choice: the best of the candidates measured on all validation rows. */
function bestOf(world: SearchWorld): number {
  return Math.max(...world.outcomeStore.candidates.flatMap(({ id }) => world.validationOf(id) ?? []));
}

function traceOf({ world, end }: { world: SearchWorld; end: unknown }) {
  const { events, outcomeStore, target, reflector } = world;
  return {
    end,
    events,
    candidates: outcomeStore.candidates,
    asked: [...target.asked].sort(),
    reflections: [...reflector.asked].sort(),
  };
}

import { describe, expect, it } from "vitest";
import type { EngineEvent } from "../../../src/contracts/events.ts";
import type { Lab, OptimizationTask, Optimizer } from "../../../src/contracts/optimizer.ts";
import { BudgetError, InterruptedError, ModelError, OptimizationError } from "../../../src/core/errors.ts";
import { createRandom } from "../../../src/core/random.ts";
import { raceOptions } from "../../../src/optimizers/engine-race/options.ts";
import { raceEngines } from "../../../src/optimizers/engine-race/race.ts";
import { optimizerServices } from "../../support/optimizer-services.ts";
import { allRules, promptOf, type SearchWorldOptions, searchWorld } from "../../support/search-world.ts";

type Search = Optimizer["optimize"];

/** Proposes texts one by one, each measured on all validation rows. */
const trying =
  (textOf: (step: number) => string, steps = Number.POSITIVE_INFINITY): Search =>
  async (task, lab) => {
    for (let step = 1; step <= steps; step++) {
      lab.emit({ type: "step-started", step });
      const candidate = draft(lab, task, textOf(step));
      const { id, parents, texts } = candidate;
      lab.emit({ type: "candidate-proposed", step, candidate: id, parents, texts, by: "list" });
      const { mean } = await lab.evaluate(candidate, task.validation);
      lab.emit({ type: "step-finished", step, best: id, validation: mean });
      if (mean === 1) return { stopped: "perfect", steps: step };
    }
    return { stopped: "max_steps", steps };
  };

function draft(lab: Lab, { seed }: OptimizationTask, text: string) {
  const drafted = lab.draft({ p: text }, [seed.id]);
  if (!drafted.accepted) throw new Error(drafted.problems.join("; "));
  return drafted.candidate;
}

const good = trying((step) => promptOf(allRules.slice(0, 4 + step)));
const bad = trying((step) => promptOf([], ` In vain (${step}).`));
const throwing: Search = async () => {
  throw new TypeError("no such thing");
};

/** A race of searches, by name, whose seed states one rule of six. */
async function raceOf(
  searches: Readonly<Record<string, Search>>,
  { options = {}, ...world }: SearchWorldOptions & { readonly options?: object } = {},
) {
  const opened = searchWorld({ rowsPerPart: 24, limits: { maxSteps: Number.POSITIVE_INFINITY }, ...world });
  const entrants = Object.entries(searches).map(([name, optimize]) => ({
    name,
    open: async () => ({ optimize }),
  }));
  const end = await opened.run({
    optimize: (task, lab) => raceEngines(task, lab, raceOptions.parse(options), entrants),
  });
  const events = opened.events as readonly EngineEvent[];
  const notes = events.flatMap((event) => (event.type === "engine-note" ? [event.message] : []));
  const best = Math.max(...opened.outcomeStore.candidates.flatMap(({ id }) => opened.validationOf(id) ?? []));
  return { ...opened, calls: opened.calls, end, events, notes, best };
}

describe("the budget", () => {
  it("goes to a clearly better challenger, and the first engine is paused", async () => {
    const { best, end, events, notes, target } = await raceOf({ bad, good }, { caps: { calls: 300 } });
    expect(best).toBe(1);
    expect(end).toMatchObject({ stopped: "perfect" });
    expect(notes).toContainEqual(expect.stringMatching(/^good against bad: ahead by \d+ on \d+ validation/));
    const vain = events.filter((event) => event.type === "candidate-proposed" && event.by === "bad: list");
    expect(vain).toHaveLength(1);
    expect(target.asked.filter((asked) => asked.includes("In vain")).length).toBeLessThanOrEqual(24);
  });

  it("stays with the first engine if the others are no better", async () => {
    const { best, notes, target } = await raceOf({ good, bad }, { caps: { calls: 200 } });
    expect(best).toBe(1);
    expect(notes.some((note) => note.startsWith("bad against"))).toBe(true);
    expect(target.asked.filter((asked) => asked.includes("In vain"))).toHaveLength(8);
  });

  it("limits exploration spending on an engine that never shows a candidate", async () => {
    const greedy: Search = async (task, lab) => {
      for (let repeat = 1; ; repeat++) await lab.evaluate(task.seed, task.train.slice(0, 3), { repeat });
    };
    const calls = 400;
    const alone = await raceOf({ good }, { caps: { calls } });
    const raced = await raceOf({ good, greedy }, { caps: { calls } });
    expect(raced.end).toMatchObject({ stopped: "perfect" });
    expect(raced.calls).toBeGreaterThan(alone.calls);
    expect(raced.calls - alone.calls).toBeLessThanOrEqual(0.1 * (calls - 24));
  });

  it("goes to the first engine alone if it does not cover a candidate of another", async () => {
    const { end, notes, target } = await raceOf({ good, bad }, { caps: { calls: 75 } });
    expect(end).toMatchObject({ stopped: "perfect" });
    expect(notes).toEqual([]);
    expect(target.asked.some((asked) => asked.includes("In vain"))).toBe(false);
  });

  it("that the first engine does not need goes to the others, which start from the best prompt so far", async () => {
    const seeds: string[] = [];
    const watching: Search = async (task, lab) => {
      seeds.push(task.seed.texts["p"] ?? "");
      return trying((step) => promptOf(allRules.slice(0, 4 + step)))(task, lab);
    };
    const short = trying(() => promptOf(allRules.slice(0, 4)), 1);
    const { best } = await raceOf({ short, watching }, { caps: { calls: 120 } });
    expect(seeds).toEqual([promptOf(allRules.slice(0, 4))]);
    expect(best).toBe(1);
    seeds.length = 0;
    await raceOf({ short, watching }, { caps: { calls: 120 }, options: { hand_over: false } });
    expect(seeds).toEqual([promptOf(["r1"])]);
  });

  it("ends with the leader if only steps bound the search", async () => {
    const once = trying(() => promptOf(["r1", "r2", "r3"]), 2);
    const { end, target } = await raceOf({ once, bad });
    expect(end).toMatchObject({ stopped: "max_steps" });
    expect(target.asked.filter((asked) => asked.includes("In vain"))).toHaveLength(8);
  });
});

describe("an engine that fails", () => {
  it.each([
    { throwing, good },
    { good, throwing },
  ])("drops out, and the others continue", async (searches) => {
    const { best, end, events } = await raceOf(searches, { caps: { calls: 300 } });
    expect(best).toBe(1);
    expect(end).toMatchObject({ stopped: "perfect" });
    const failed = events.find(
      (event) => event.type === "engine-note" && event.message.includes("drops out"),
    );
    expect(failed).toMatchObject({
      message: "throwing drops out: no such thing",
      details: { stack: expect.stringContaining("TypeError") },
    });
  });

  it("is the reported cause if all engines fail", async () => {
    const other: Search = async () => Promise.reject(new OptimizationError("nothing to learn from"));
    const { end } = await raceOf({ throwing, other }, { caps: { calls: 300 } });
    expect(end).toMatchObject({ error: { message: "no such thing" } });
  });

  it("does not handle errors that must end the run", async () => {
    const asking: Search = async (_, lab) => {
      await lab.reflect({ messages: [{ role: "user", content: "?" }], purpose: "propose" });
      return { stopped: "max_steps", steps: 1 };
    };
    const reflect = () => {
      throw new ModelError("wrong key", { kind: "auth", status: 401 });
    };
    const { end, target } = await raceOf({ asking, bad }, { caps: { calls: 300 }, reflect });
    expect(end).toMatchObject({ error: { kind: "auth" } });
    expect(target.asked.some((asked) => asked.includes("In vain"))).toBe(false);
  });

  it("may return nonsense or use candidates that it did not draft", async () => {
    const nonsense = (async () => "done") as unknown as Search;
    const foreign: Search = async ({ seed, validation }, lab) => {
      await lab.evaluate({ ...seed, id: "c-unknown" }, validation);
      return { stopped: "max_steps", steps: 1 };
    };
    const { best, notes } = await raceOf({ nonsense, foreign, good }, { caps: { calls: 400 } });
    expect(best).toBe(1);
    expect(notes.filter((note) => note.includes("drops out"))).toEqual([
      'nonsense drops out: optimizer nonsense ended with "done"',
      "foreign drops out: candidate c-unknown was not drafted by this engine",
    ]);
  });
});

describe("an engine that is dropped", () => {
  it("gets a BudgetError for held requests and no answer afterwards", async () => {
    const errors: unknown[] = [];
    const stubborn: Search = async (task, lab) => {
      for (let step = 1; ; step++) {
        try {
          await lab.evaluate(draft(lab, task, promptOf([], ` Again (${step}).`)), task.validation);
        } catch (error) {
          errors.push(error);
        }
      }
    };
    const { end, calls } = await raceOf({ good, stubborn }, { caps: { calls: 300 } });
    expect(end).toMatchObject({ stopped: "perfect" });
    expect(errors).toEqual([expect.any(BudgetError)]);
    expect(calls).toBeLessThan(150);
  });

  it("is paused in the middle of its step and resumes unaffected", async () => {
    const callsLeft: number[] = [];
    const patient: Search = async (task, lab) => {
      lab.emit({ type: "step-started", step: 1 });
      callsLeft.push(lab.budget.callsLeft);
      const candidate = draft(lab, task, promptOf(["r1", "r2"]));
      await lab.evaluate(candidate, task.validation);
      callsLeft.push(lab.budget.callsLeft);
      return { stopped: "max_steps", steps: 1 };
    };
    const { end } = await raceOf({ patient, bad }, { caps: { calls: 264 }, options: { hand_over: false } });
    // The other engine's calls were reserved for it from the start.
    expect(callsLeft).toEqual([240 - 24, expect.any(Number)]);
    expect(callsLeft[1]).toBeGreaterThanOrEqual(240 - 24 - 24);
    expect(end).toMatchObject({ error: { code: "budget_spent" } });
  });
});

describe("decisions", () => {
  it.each([150, 300, undefined])("are the same at any latency, with a cap of %s calls", async (calls) => {
    const lanes: Search = async (task, lab) => {
      for (let step = 1; step <= 3; step++) {
        const texts = [1, 2, 3].map((lane) => promptOf(allRules.slice(0, lane), ` Lane ${lane} (${step}).`));
        await Promise.all(texts.map((text) => lab.evaluate(draft(lab, task, text), task.validation)));
      }
      return { stopped: "no_progress", steps: 3 };
    };
    const { optimize: gepa } = await optimizerServices.openEngine("gepa", {});
    const caps = calls === undefined ? {} : { caps: { calls } };
    const limits = { maxSteps: 3 };
    const play = async (latencyMs?: () => number) => {
      const searches = { lanes, gepa, bad: trying((step) => promptOf([], ` In vain (${step}).`), 4) };
      const latency = latencyMs === undefined ? {} : { latencyMs };
      const { end, events, outcomeStore, reflector, target } = await raceOf(searches, {
        ...caps,
        ...latency,
        limits,
      });
      const asked = [...target.asked, ...reflector.asked].sort();
      return { end, events, candidates: outcomeStore.candidates, asked };
    };
    const atOnce = await play();
    for (const seed of [1, 2, 3]) {
      const random = createRandom(seed);
      expect(await play(() => random.integer(4))).toEqual(atOnce);
    }
  });

  it("are those of the engine alone if it has no competitors", async () => {
    const gepa = await optimizerServices.openEngine("gepa", {});
    const options = { rowsPerPart: 24, caps: { calls: 200 }, limits: { maxSteps: Number.POSITIVE_INFINITY } };
    const alone = searchWorld(options);
    await alone.run(gepa);
    const raced = await raceOf({ gepa: gepa.optimize }, options);
    expect(raced.outcomeStore.candidates).toEqual(alone.outcomeStore.candidates);
    expect([...raced.target.asked].sort()).toEqual([...alone.target.asked].sort());
  });

  it("end at once when the run is stopped, also for paused engines", async () => {
    const reason = new InterruptedError("stopped", "SIGINT");
    const world: { controller?: AbortController } = {};
    let answers = 0;
    const stopping = trying((step) => promptOf(["r1"], ` Once more (${step}).`));
    const opened = searchWorld({
      rowsPerPart: 24,
      caps: { calls: 400 },
      onAnswer: () => ++answers === 70 && world.controller?.abort(reason),
    });
    world.controller = opened.controller;
    const entrants = Object.entries({ bad, stopping }).map(([name, optimize]) => ({
      name,
      open: async () => ({ optimize }),
    }));
    const end = await opened.run({
      optimize: (task, lab) => raceEngines(task, lab, raceOptions.parse({}), entrants),
    });
    expect(end).toEqual({ error: reason });
    expect(opened.calls).toBeLessThanOrEqual(70 + 24);
  });
});

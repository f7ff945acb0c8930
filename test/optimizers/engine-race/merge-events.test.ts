import { expect, it } from "vitest";
import type { EngineEvent } from "../../../src/contracts/events.ts";
import { mergeEvents } from "../../../src/optimizers/engine-race/merge-events.ts";

function listen() {
  const events: EngineEvent[] = [];
  return { events, mergedEvents: mergeEvents({ emit: (event) => void events.push(event) }) };
}
const proposed = (candidate: string, step = 1): EngineEvent => ({
  type: "candidate-proposed",
  step,
  candidate,
  parents: ["c0"],
  texts: {},
  by: "reflection",
});

it("numbers steps across all engines; a resumed engine gets a new step", () => {
  const { events, mergedEvents } = listen();
  mergedEvents.report("gepa", { type: "step-started", step: 1, of: 3 });
  mergedEvents.report("gepa", proposed("c1"));
  mergedEvents.report("few_shot", { type: "step-started", step: 1 });
  mergedEvents.report("gepa", { type: "candidate-accepted", step: 1, candidate: "c1", validation: 0.5 });
  mergedEvents.report("gepa", { type: "step-finished", step: 1, best: "c1", validation: 0.5 });
  expect(events).toEqual([
    { type: "step-started", step: 1 },
    { ...proposed("c1"), by: "gepa: reflection" },
    { type: "step-started", step: 2 },
    { type: "step-started", step: 3 },
    { type: "candidate-accepted", step: 3, candidate: "c1", validation: 0.5 },
    { type: "step-finished", step: 3, best: "c1", validation: 0.5 },
  ]);
  expect(mergedEvents.steps).toBe(3);
});

it("reports a text found by two engines once and keeps the first verdict", () => {
  const { events, mergedEvents } = listen();
  const rejected = {
    type: "candidate-rejected",
    step: 1,
    candidate: "c1",
    parents: [],
    reason: "no",
  } as const;
  mergedEvents.report("a", { type: "step-started", step: 1 });
  mergedEvents.report("a", proposed("c1"));
  mergedEvents.report("a", rejected);
  mergedEvents.report("b", { type: "step-started", step: 1 });
  mergedEvents.report("b", proposed("c1"));
  mergedEvents.report("b", { type: "candidate-accepted", step: 1, candidate: "c1" });
  expect(events.map(({ type }) => type)).toEqual([
    "step-started",
    "candidate-proposed",
    "candidate-rejected",
    "step-started",
  ]);
});

it("reports the best of all engines at the end of a step, and the author of each note", () => {
  const { events, mergedEvents } = listen();
  mergedEvents.report("a", { type: "step-started", step: 1 });
  mergedEvents.report("a", { type: "step-finished", step: 1, best: "c1", validation: 0.8 });
  mergedEvents.report("b", { type: "step-started", step: 1 });
  mergedEvents.report("b", { type: "step-finished", step: 1, best: "c2", validation: 0.6 });
  mergedEvents.report("b", { type: "engine-note", message: "nothing to learn from" });
  expect(events.slice(3)).toEqual([
    { type: "step-finished", step: 2, best: "c1", validation: 0.8 },
    { type: "engine-note", message: "b: nothing to learn from" },
  ]);
});

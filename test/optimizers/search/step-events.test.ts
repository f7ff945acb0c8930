import { expect, test } from "vitest";
import type { EngineEvent } from "../../../src/contracts/events.ts";
import { createStepEvents } from "../../../src/optimizers/search/step-events.ts";

const started = (step: number): EngineEvent => ({ type: "step-started", step });
const failed = (step: number): EngineEvent => ({ type: "reflection-failed", step, reason: "" });
const finished = (step: number): EngineEvent => ({ type: "step-finished", step, best: "x", validation: 1 });
const note: EngineEvent = { type: "engine-note", message: "" };

test("events of later steps wait for the present step; events without a step do not", () => {
  const sent: EngineEvent[] = [];
  const { emit } = createStepEvents((event) => sent.push(event));
  for (const event of [started(1), started(2), note, failed(2), failed(1), started(3)]) emit(event);
  expect(sent).toEqual([started(1), note, failed(1)]);
  emit(finished(1));
  expect(sent.slice(3)).toEqual([finished(1), started(2), failed(2)]);
  for (const event of [finished(2), failed(3)]) emit(event);
  expect(sent.slice(6)).toEqual([finished(2), started(3), failed(3)]);
});

test("what is held back at the end is sent in its order", () => {
  const sent: EngineEvent[] = [];
  const { emit, flush } = createStepEvents((event) => sent.push(event));
  for (const event of [started(1), started(2), failed(2)]) emit(event);
  flush();
  expect(sent).toEqual([started(1), started(2), failed(2)]);
});

import { expect, test } from "vitest";
import { createOutcomeStore } from "../../../src/run/lab/outcome-store.ts";
import { createCandidateLog } from "../../../src/run/search/candidate-log.ts";
import { rows } from "../../support/lab-world.ts";

test("lists every proposal with its fate: the seed, accepted, rejected and refused ones", async () => {
  const outcomeStore = createOutcomeStore();
  const log = createCandidateLog(outcomeStore);
  const [row] = rows(1);
  if (row === undefined) throw new Error("no row");
  for (const id of ["seed", "good", "bad", "open"])
    outcomeStore.add({ id, texts: { p: id }, parents: id === "seed" ? [] : ["seed"], promptTokens: 3 });
  outcomeStore.keep("good", row, 0, Promise.resolve({ example: row, score: { value: 1 } }));
  await new Promise(setImmediate);
  log.note({ type: "step-started", step: 1, of: 3 });
  log.note({
    type: "candidate-proposed",
    step: 1,
    candidate: "good",
    parents: ["seed"],
    texts: { p: "good" },
    by: "rewrite",
  });
  log.note({ type: "candidate-accepted", step: 1, candidate: "good", validation: 1 });
  log.note({
    type: "candidate-proposed",
    step: 1,
    candidate: "bad",
    parents: ["seed"],
    texts: { p: "bad" },
    by: "merge",
  });
  log.note({ type: "candidate-rejected", step: 1, candidate: "bad", parents: ["seed"], reason: "no better" });
  log.note({
    type: "candidate-rejected",
    step: 2,
    parents: ["good"],
    texts: { p: "no {{text}}" },
    reason: "lost {{text}}",
  });
  log.note({ type: "reflection-failed", step: 2, reason: "timeout" });
  log.note({ type: "step-started", step: 2, of: 3 });

  expect(
    log
      .records([row])
      .map(({ id, status, reason, by, step, validation, validationRows }) => [
        id,
        status,
        reason,
        by,
        step,
        validation,
        validationRows,
      ]),
  ).toEqual([
    ["seed", "seed", null, "base", 0, null, 0],
    ["good", "accepted", null, "rewrite", 1, 1, 1],
    ["bad", "rejected", "no better", "merge", 1, null, 0],
    ["open", "proposed", null, "engine", 0, null, 0],
    [null, "rejected", "lost {{text}}", "engine", 2, null, 0],
  ]);
  expect(log.steps).toBe(2);
  expect(log.reflectionFailures).toBe(1);
});

test("an unreported candidate is reported one step later, since an engine may draft a step ahead", () => {
  const outcomeStore = createOutcomeStore();
  const log = createCandidateLog(outcomeStore, "mine");
  outcomeStore.add({ id: "seed", texts: { p: "s" }, parents: [], promptTokens: 3 });
  expect(log.note({ type: "step-started", step: 1 })).toEqual([]);
  outcomeStore.add({ id: "silent", texts: { p: "x" }, parents: ["seed"], promptTokens: 3 });
  expect(log.note({ type: "step-started", step: 2 })).toEqual([]);
  expect(log.note({ type: "step-started", step: 3 })).toEqual([
    {
      type: "candidate-proposed",
      step: 1,
      candidate: "silent",
      parents: ["seed"],
      texts: { p: "x" },
      by: "mine",
    },
  ]);
  expect(log.unreported()).toEqual([]);
});

test("a candidate drafted ahead of its events is reported once, by its engine", () => {
  const outcomeStore = createOutcomeStore();
  const log = createCandidateLog(outcomeStore, "mine");
  outcomeStore.add({ id: "seed", texts: { p: "s" }, parents: [], promptTokens: 3 });
  log.note({ type: "step-started", step: 1 });
  outcomeStore.add({ id: "ahead", texts: { p: "x" }, parents: ["seed"], promptTokens: 3 });
  expect(log.note({ type: "step-started", step: 2 })).toEqual([]);
  const proposed = { type: "candidate-proposed", step: 2, candidate: "ahead", by: "reflection" } as const;
  log.note({ ...proposed, parents: ["seed"], texts: { p: "x" } });
  expect(log.note({ type: "step-started", step: 3 })).toEqual([]);
  expect(log.unreported()).toEqual([]);
  expect(log.records([])[1]).toMatchObject({ step: 2, by: "reflection" });
});

test("the runner's choice is accepted, whatever the engine reported", () => {
  const outcomeStore = createOutcomeStore();
  const log = createCandidateLog(outcomeStore, "mine");
  for (const id of ["seed", "long"])
    outcomeStore.add({ id, texts: { p: id }, parents: id === "seed" ? [] : ["seed"], promptTokens: 3 });
  log.note({ type: "step-started", step: 1 });
  log.note({ type: "candidate-rejected", step: 1, candidate: "long", parents: ["seed"], reason: "too long" });
  expect(log.choose("long", "the best estimate", 0.9)).toEqual([
    { type: "candidate-accepted", step: 1, candidate: "long", validation: 0.9 },
  ]);
  expect(log.choose("long", "the best estimate", 0.9)).toEqual([]);
  expect(log.records([])[1]).toMatchObject({
    status: "accepted",
    reason: "chosen by the runner as the best estimate; the search: too long",
  });
});

test("refused replies are counted by cause", () => {
  const log = createCandidateLog(createOutcomeStore());
  for (const cause of ["no_fence", "no_fence", "contract"])
    log.note({ type: "reply-refused", step: 1, cause, reason: "why" });
  log.note({ type: "reply-unfenced", step: 1 });
  expect(log.replies).toEqual({ refused: { no_fence: 2, contract: 1 }, unfenced: 1 });
});

test("a fate reported twice in a step is a repeat; another step, reason or reply is not", () => {
  const log = createCandidateLog(createOutcomeStore());
  const rejected = (candidate: string | undefined, step: number, reason: string) => ({
    type: "candidate-rejected" as const,
    step,
    ...(candidate === undefined ? {} : { candidate }),
    parents: ["seed"],
    reason,
  });
  const first = rejected("a", 1, "no better");
  expect(log.isRepeated(first)).toBe(false);
  log.note(first);
  expect(log.isRepeated({ ...first })).toBe(true);
  expect(log.isRepeated(rejected("a", 2, "no better"))).toBe(false);
  expect(log.isRepeated(rejected("a", 1, "worse"))).toBe(false);
  expect(log.isRepeated(rejected("b", 1, "no better"))).toBe(false);
  // Two equal replies are two replies.
  log.note(rejected(undefined, 1, "the same text as its parent"));
  expect(log.isRepeated(rejected(undefined, 1, "the same text as its parent"))).toBe(false);
  const accepted = { type: "candidate-accepted", step: 1, candidate: "c", validation: 0.5 } as const;
  log.note(accepted);
  expect(log.isRepeated(accepted)).toBe(true);
  expect(log.isRepeated({ type: "step-started", step: 1 })).toBe(false);
});

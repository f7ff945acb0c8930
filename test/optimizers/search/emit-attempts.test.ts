import { expect, test } from "vitest";
import { createReflectionFailureCount } from "../../../src/optimizers/search/reflection-failures.ts";
import { type Attempt, emitAttempts } from "../../../src/optimizers/search/rewrite-texts.ts";
import { createSimulatedLab } from "../../support/simulated-lab.ts";

const failure = { cause: "no_fence", reason: "the reply holds no fenced block" };
const lab = () =>
  createSimulatedLab({
    seed: { p: "x" },
    rollout: () => ({}),
    reflector: () => ({ text: "", isCutOff: false }),
  });

test("attempts are reported in order: unreadable replies as failures, readable ones as rejected", () => {
  const { seed, events, ...rest } = lab();
  const attempts: readonly Attempt[] = [
    { kind: "failed", failure },
    { kind: "refused", parents: [seed], reason: "the fenced block of the reply is empty" },
    { kind: "refused", parents: [seed], texts: { p: "x" }, reason: "the same text as its parent" },
    { kind: "drafted", candidate: seed },
  ];
  emitAttempts({ ...rest }, createReflectionFailureCount(), 4, attempts);
  expect(events).toEqual([
    { type: "reflection-failed", step: 4, reason: "the reply holds no fenced block" },
    { type: "reflection-failed", step: 4, reason: "the fenced block of the reply is empty" },
    {
      type: "candidate-rejected",
      step: 4,
      parents: [seed.id],
      texts: { p: "x" },
      reason: "the same text as its parent",
    },
  ]);
});

test("all are reported before the third failure in a row ends the search", () => {
  const { events, ...rest } = lab();
  const attempts: readonly Attempt[] = Array.from({ length: 4 }, () => ({ kind: "failed", failure }));
  expect(() => emitAttempts({ ...rest }, createReflectionFailureCount(), 1, attempts)).toThrow(
    "3 reflections in a row returned nothing usable: the reply holds no fenced block",
  );
  expect(events).toHaveLength(4);
});

import { expect, it } from "vitest";
import type { JudgeCheck, JudgeStanding } from "../../src/contracts/judge-check.ts";
import { describeJudge } from "../../src/report/sections/judges-section.ts";

const standing: JudgeStanding = { scorer: "correctness", model: "gpt-4o-mini", digest: "d", check: null };
const check: JudgeCheck = {
  at: "2026-11-30T01:02:03.000Z",
  judge: { scorer: "correctness", options: {}, model: {}, digest: "d" },
  labels: { source: "labels.csv", digest: "l", scale: "binary", raters: [] },
  confidence: 0.95,
  ...{ rows: 80, agreed: 70, unreadable: 0, failed: 0, isOffline: false },
  kappa: { value: 0.71, interval: [0.55, 0.83] },
  weightedKappa: null,
};

it.each([
  [
    standing,
    "The judge correctness (gpt-4o-mini) was never checked against people: dao-opt judge check measures its agreement with labels.",
  ],
  [
    { ...standing, check },
    "The judge correctness (gpt-4o-mini) was checked against people on 2026-11-30: kappa 0.710 (95 % interval 0.550 to 0.830) on 80 labels.",
  ],
  [
    {
      ...standing,
      prompt: "prompts:/judges/correctness/2",
      check: { ...check, run: "r_1", weightedKappa: { value: -0.1, interval: [-0.3, 0.1] } },
    },
    "The judge correctness (gpt-4o-mini, rules of prompts:/judges/correctness/2) was checked against people on 2026-11-30: weighted kappa −0.100 (95 % interval −0.300 to 0.100) on 80 held-out labels.",
  ],
  [
    { ...standing, check: { ...check, kappa: { value: null, interval: null } } },
    "The judge correctness (gpt-4o-mini) was checked against people on 2026-11-30: kappa undefined on 80 labels.",
  ],
] as const)("%#", (given, text) => {
  expect(describeJudge(given)).toBe(text);
});

import { expect, test } from "vitest";
import { fewestBaseRows, leastHeadroomCalls, planHeadroom } from "../../../src/run/headroom/plan-headroom.ts";
import { rows } from "../../support/lab-world.ts";

const [train, validation] = [rows(60).slice(0, 40), rows(60).slice(40)];

function callsOf(maxCalls: number, judgeCalls: number, hasSource: boolean) {
  const plan = planHeadroom({ train, validation }, { maxCalls, judgeCalls, hasSource });
  const answers = plan.rows.length + plan.repeated + plan.compared + plan.sampled * plan.samples;
  return { plan, answers };
}

test.each([
  [60, 0, false],
  [60, 1, false],
  [80, 0, true],
  [80, 2, true],
  [14, 0, false],
  [1000, 0, true],
])("%i calls with %i judge calls an answer (source: %s) are never exceeded", (maxCalls, judge, source) => {
  const { plan, answers } = callsOf(maxCalls, judge, source);
  expect(plan.calls).toBe(answers * (1 + judge));
  expect(plan.calls).toBeLessThanOrEqual(maxCalls);
  expect(plan.rows.length).toBeGreaterThan(0);
  expect(plan.compared > 0).toBe(source);
  expect(plan.repeated).toBeLessThanOrEqual(plan.rows.length);
  expect(plan.sampled).toBeLessThanOrEqual(plan.rows.length);
});

test("validation rows come first, and no row twice", () => {
  const { plan } = callsOf(60, 0, false);
  expect(plan.rows.slice(0, 20)).toEqual(validation);
  expect(new Set(plan.rows.map(({ id }) => id)).size).toBe(plan.rows.length);
  // Without a split, both parts are the same rows.
  const unsplit = planHeadroom(
    { train, validation: train },
    { maxCalls: 500, judgeCalls: 0, hasSource: false },
  );
  expect(unsplit.rows).toHaveLength(train.length);
});

test("the least number of calls gives each measurement something", () => {
  for (const judgeCalls of [0, 1, 3])
    for (const hasSource of [false, true]) {
      const maxCalls = leastHeadroomCalls({ judgeCalls, hasSource });
      const plan = planHeadroom({ train, validation }, { maxCalls, judgeCalls, hasSource });
      expect(plan.rows.length).toBeGreaterThanOrEqual(fewestBaseRows);
      expect(plan.repeated).toBeGreaterThanOrEqual(1);
    }
});

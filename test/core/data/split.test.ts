import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Example } from "../../../src/core/data/example.ts";
import type { JsonValue } from "../../../src/core/data/json.ts";
import { type SplitRule, splitExamples } from "../../../src/core/data/split.ts";
import { exampleRow } from "../../support/example-row.ts";

const row = (id: string, fields: Partial<Example> = {}) => exampleRow(id, { inputs: { id }, ...fields });
const rows = (count: number, group?: (at: number) => JsonValue) =>
  Array.from({ length: count }, (_, at) => row(`r${at}`, group === undefined ? {} : { group: group(at) }));
const rule: SplitRule = { seed: 7, isGiven: false };
const sizes = (examples: readonly Example[], given: SplitRule = rule) => {
  const { train, validation, test, isUnsplit } = splitExamples(examples, given);
  return [train.length, validation.length, test.length, isUnsplit];
};

describe("the default split", () => {
  it.each([
    [1_000, [400, 300, 300, false]],
    [100, [40, 30, 30, false]],
    [99, [30, 20, 49, false]],
    [50, [15, 10, 25, false]],
    [20, [6, 4, 10, false]],
    [19, [19, 19, 0, true]],
    [1, [1, 1, 0, true]],
    [0, [0, 0, 0, true]],
  ])("splits %i rows", (count, expected) => {
    expect(sizes(rows(count))).toEqual(expected);
  });

  it("holds out no rows below 20: train and validation are the same rows", () => {
    const { train, validation } = splitExamples(rows(19), rule);
    expect(train).toEqual(validation);
    expect(new Set(train.map(({ id }) => id)).size).toBe(19);
  });
});

describe("given shares", () => {
  const shares = (train: number, validation: number, test: number): SplitRule => ({
    ...rule,
    shares: { train, validation, test },
  });

  it("are used at any size, even without a test part", () => {
    expect(sizes(rows(10), shares(0.5, 0.5, 0))).toEqual([5, 5, 0, false]);
    expect(sizes(rows(10), shares(0.4, 0.3, 0.3))).toEqual([4, 3, 3, false]);
    expect(sizes(rows(3), shares(0.8, 0.1, 0.1))).toEqual([1, 1, 1, false]);
  });

  it("below 1 leave rows unused", () => {
    expect(sizes(rows(100), shares(0.2, 0.2, 0.1))).toEqual([20, 20, 10, false]);
  });
});

describe("parts as files", () => {
  it("are kept in order, and equal rows stay in their first part", () => {
    const given = [
      row("a", { part: "train" }),
      row("b", { part: "validation" }),
      row("c", { part: "test" }),
      row("a", { part: "test" }),
      row("d"),
    ];
    const split = splitExamples(given, { ...rule, isGiven: true });
    expect(split.train.map(({ id }) => id)).toEqual(["a", "a", "d"]);
    expect(split.validation.map(({ id }) => id)).toEqual(["b"]);
    expect(split.test.map(({ id }) => id)).toEqual(["c"]);
    expect(split.isUnsplit).toBe(false);
  });
});

describe("any split", () => {
  const example = fc.record({
    id: fc.integer({ min: 0, max: 60 }).map((id) => `r${id}`),
    group: fc.option(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom("a", "b")), { nil: undefined }),
  });
  const data = fc
    .array(example, { minLength: 20, maxLength: 120 })
    .map((list) => list.map(({ id, group }) => row(id, group === undefined ? {} : { group })));

  it("uses every row once, and keeps ids and groups in one part", () => {
    fc.assert(
      fc.property(data, fc.integer(), (examples, seed) => {
        const { train, validation, test } = splitExamples(examples, { ...rule, seed });
        const parts = [train, validation, test];
        expect(parts.flat().length).toBe(examples.length);
        expect(new Set(parts.flat())).toEqual(new Set(examples));
        const side = new Map<string, number>();
        parts.forEach((part, at) => {
          for (const { id, group } of part) {
            for (const key of [id, ...(group === undefined ? [] : [JSON.stringify(group)])]) {
              expect(side.get(key) ?? at).toBe(at);
              side.set(key, at);
            }
          }
        });
      }),
    );
  });

  it("depends on the seed, not on the order of the rows", () => {
    fc.assert(
      fc.property(fc.uniqueArray(example, { minLength: 20, selector: ({ id }) => id }), (list) => {
        const examples = list.map(({ id, group }) => row(id, group === undefined ? {} : { group }));
        const ids = (part: readonly Example[]) => part.map(({ id }) => id).sort();
        const [one, other] = [splitExamples(examples, rule), splitExamples([...examples].reverse(), rule)];
        expect(ids(one.test)).toEqual(ids(other.test));
        expect(ids(one.train)).toEqual(ids(other.train));
      }),
    );
    const order = (seed: number) => splitExamples(rows(100), { ...rule, seed }).train.map(({ id }) => id);
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
  });

  it("shuffles: each part holds rows from the whole file", () => {
    for (const part of [splitExamples(rows(1_000), rule).test, splitExamples(rows(1_000), rule).validation]) {
      const mean = part.reduce((sum, { id }) => sum + Number(id.slice(1)), 0) / part.length;
      expect(mean).toBeGreaterThan(430);
      expect(mean).toBeLessThan(570);
    }
  });

  it("is as close to the shares as groups allow", () => {
    expect(sizes(rows(200, (at) => Math.floor(at / 10)))).toEqual([80, 60, 60, false]);
    const uneven = splitExamples(
      rows(300, (at) => (at < 150 ? "big" : at)),
      rule,
    );
    expect(uneven.train.length + uneven.validation.length + uneven.test.length).toBe(300);
    expect(Math.max(uneven.train.length, uneven.validation.length, uneven.test.length)).toBe(150);
  });

  it("splits 200,000 rows", () => {
    const { train, validation, test } = splitExamples(
      rows(200_000, (at) => at % 50_000),
      rule,
    );
    expect([train.length, validation.length, test.length]).toEqual([80_000, 60_000, 60_000]);
  });
});

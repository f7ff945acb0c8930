import fc from "fast-check";
import { expect, test } from "vitest";
import { dealUnits, partNames, splitExamples } from "../../../src/core/data/split.ts";
import { groupUnits } from "../../../src/core/data/split-units.ts";

const row = fc.record(
  {
    id: fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 16, maxLength: 16 }),
    group: fc.oneof(fc.integer({ max: 9, min: 0 }), fc.constantFrom("a", "b", "é")),
  },
  { requiredKeys: ["id"] },
);

test("rows with different ids are split the same with and without checking for equal ids", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(row, { selector: ({ id }) => id, minLength: 1, maxLength: 150 }),
      fc.integer(),
      fc.option(fc.constant({ train: 0.5, validation: 0.2, test: 0.2 }), { nil: undefined }),
      (rows, seed, shares) => {
        const rule = { seed, isGiven: false, ...(shares === undefined ? {} : { shares }) };
        const units = groupUnits({
          count: rows.length,
          idOf: (at) => rows[at]?.id ?? "",
          groupOf: (at) => rows[at]?.group,
        });
        const { isUnsplit, order, homes } = dealUnits(units, rows.length, rule);
        const split = splitExamples(rows, rule);
        expect(isUnsplit).toBe(split.isUnsplit);
        if (isUnsplit) return;
        for (const part of ["train", "validation", "test"] as const) {
          const own = [...order].filter((unit) => partNames[homes[unit] ?? -1] === part);
          expect(own.flatMap((unit) => units.membersOf(unit)).map((at) => rows[at])).toEqual(split[part]);
        }
      },
    ),
  );
});

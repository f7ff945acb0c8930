import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../../src/core/data/json.ts";
import { levelOf, type WrittenLabel } from "../../../../src/run/judge/labels/label.ts";
import { readScale } from "../../../../src/run/judge/labels/read-scale.ts";

const labels = (verdicts: readonly JsonValue[]): readonly WrittenLabel[] =>
  verdicts.map((verdict, at) => ({
    example: {
      id: `${at}`,
      inputs: {},
      expectations: {},
      tags: {},
      origin: { file: "labels.csv", line: at + 2 },
    },
    answer: "a",
    verdict,
  }));

describe("pass or fail", () => {
  it.each([
    [
      ["pass", "fail", "PASS "],
      [1, 0, 1],
    ],
    [
      ["yes", "no", "Y"],
      [1, 0, 1],
    ],
    [
      [true, false, "true"],
      [1, 0, 1],
    ],
    [
      [1, 0, "1"],
      [1, 0, 1],
    ],
    [
      [1, -1],
      [1, 0],
    ],
    [
      ["👍", "👎"],
      [1, 0],
    ],
    [
      ["correct", "incorrect", "wrong"],
      [1, 0, 0],
    ],
    [
      ["pass", "", null, "?", "n/a", "unsure"],
      [1, null, null, null, null, null],
    ],
    [
      ["pass", 0],
      [1, 0],
    ],
  ] as const)("%j", (verdicts, grades) => {
    expect(readScale(labels(verdicts))).toMatchObject({
      scale: { kind: "binary", names: ["fail", "pass"] },
      grades,
    });
  });
});

describe("grades", () => {
  it.each([
    [
      [1, 3, 5],
      ["1", "2", "3", "4", "5"],
    ],
    [
      ["2", "4", "3"],
      ["1", "2", "3", "4", "5"],
    ],
    [
      [0, 3, 5],
      ["0", "1", "2", "3", "4", "5"],
    ],
    [[1, 9, 7], Array.from({ length: 10 }, (_, at) => String(at + 1))],
    [
      [1.5, 4, 5],
      ["1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5"],
    ],
    [
      [0.25, 0.9, 1],
      ["0", "0.25", "0.5", "0.75", "1"],
    ],
    [
      [12, 80, 99],
      ["0", "25", "50", "75", "100"],
    ],
  ])("%j", (verdicts, names) => {
    expect(readScale(labels(verdicts)).scale).toMatchObject({ kind: "graded", names });
  });

  it("takes a given scale, or turns grades into pass and fail", () => {
    expect(readScale(labels([1, 2]), { range: { low: 1, high: 3 } }).scale.names).toEqual(["1", "2", "3"]);
    expect(readScale(labels([1, 4, 5, ""]), { passFrom: 4 })).toMatchObject({
      scale: { kind: "binary" },
      grades: [0, 1, 1, null],
    });
  });

  it("finds the nearest level", () => {
    const { scale } = readScale(labels([1, 5]));
    expect([1, 2.4, 2.6, 4.5, 5].map((grade) => levelOf(scale, grade))).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("mistakes", () => {
  it.each([
    [
      ["pass", "meh", "so-so"],
      {},
      /2 labels cannot be read\nlabels\.csv:3 {2}"meh" is no verdict\nlabels\.csv:4/,
    ],
    [[1, 5, "pass"], {}, /labels\.csv:4 {2}"pass" is no grade/],
    [[1, 2], {}, /numbers from 1 to 2, and their scale is unknown/],
    [[1, 9], { range: { low: 1, high: 5 } }, /labels\.csv:3 {2}the grade 9 is not on the scale from 1 to 5/],
    [[["pass"]], {}, /is no verdict/],
  ] as const)("%j", (verdicts, options, message) => {
    expect(() => readScale(labels(verdicts as readonly JsonValue[]), options)).toThrow(message);
  });
});

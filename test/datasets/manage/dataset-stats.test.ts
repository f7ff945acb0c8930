import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { datasetStats, statsWarnings } from "../../../src/datasets/manage/dataset-stats.ts";
import { recordRows } from "./record-rows.ts";

const words = "apple river stone cloud tiger piano lemon chair".split(" ");
/** Dissimilar texts. */
const textOf = (at: number): string =>
  Array.from(
    { length: 8 },
    (_, place) => `${words[(at * 7 + place * 3 + (at >> place)) % 8]}${(at * 31 + place * 17) % 97}`,
  ).join(" ");
const rowOf = (at: number, more: JsonObject = {}): JsonObject => ({ inputs: { text: textOf(at) }, ...more });

test("counts rows, different inputs, answers, labels, lengths", async () => {
  const stats = await datasetStats([
    {
      name: "a",
      rows: recordRows([
        ...Array.from({ length: 60 }, (_, at) => rowOf(at, { outputs: at % 4 === 0 ? "no" : "yes" })),
        rowOf(3, { expectations: { expected_response: "yes" } }),
        rowOf(70, { expectations: { expected_facts: ["one"] } }),
        rowOf(71),
      ]),
    },
  ]);
  expect(stats).toMatchObject({
    rows: 63,
    distinct: 62,
    answers: { expected: 1, facts: 1, output: 60, none: 1 },
    balance: {
      distinct: 2,
      labels: [
        { label: "yes", rows: 46 },
        { label: "no", rows: 15 },
      ],
    },
    outputs: { characters: { least: 2, median: 3, p95: 3, most: 3 } },
    parts: [],
    leaks: { count: 0 },
  });
  expect(stats.outputs?.characters.mean).toBeCloseTo((15 * 2 + 45 * 3) / 60);
  expect(statsWarnings(stats)).toEqual(["1 row without an expected or recorded answer"]);
});

test("long answers, and more than a thousand different ones, are not labels", async () => {
  const of = (answers: readonly string[]) =>
    datasetStats([{ name: "a", rows: recordRows(answers.map((outputs, at) => rowOf(at, { outputs }))) }]);
  expect((await of(["yes", "x".repeat(201)])).balance).toEqual({ distinct: null, labels: [] });
  expect((await of(Array.from({ length: 1001 }, (_, at) => `${at}`))).balance.distinct).toBe(null);
  expect((await of(Array.from({ length: 1000 }, (_, at) => `${at}`))).balance.distinct).toBe(1000);
});

test("finds equal inputs and groups in several files, and in several parts of one file", async () => {
  const rows = (from: number, to: number, more: (at: number) => JsonObject = () => ({})) =>
    recordRows(Array.from({ length: to - from }, (_, at) => rowOf(from + at, more(from + at))));
  const files = await datasetStats(
    [
      { name: "train", rows: rows(0, 40, (at) => ({ who: `c${at % 10}` })) },
      { name: "test", rows: rows(38, 60, (at) => ({ who: `c${8 + (at % 10)}` })) },
    ],
    { by: "who" },
  );
  expect(files.parts).toEqual([
    { name: "train", rows: 40 },
    { name: "test", rows: 22 },
  ]);
  expect(files.leaks).toMatchObject({ count: 2, examples: [{ parts: ["train", "test"] }, {}] });
  expect(files.groupLeaks?.examples.map(({ what }) => what).sort()).toEqual(["c8", "c9"]);
  expect(statsWarnings(files)).toEqual(
    expect.arrayContaining([
      "2 inputs in more than one part: scores on them are not reliable",
      "2 groups in more than one part",
    ]),
  );
  const tagged = await datasetStats([
    {
      name: "all",
      rows: recordRows([
        rowOf(1, { tags: { split: "train" } }),
        rowOf(1, { tags: { split: "test" } }),
        rowOf(2, { split: "test" }),
      ]),
    },
  ]);
  expect(tagged.parts).toEqual([
    { name: "train", rows: 1 },
    { name: "test", rows: 2 },
  ]);
  expect(tagged.leaks.count).toBe(1);
});

test("a column with a different value in every row is not a list of parts", async () => {
  const rows = Array.from({ length: 150 }, (_, at) => rowOf(at, { split: `s${at}` }));
  const { parts, leaks } = await datasetStats([
    { name: "a", rows: recordRows([...rows, ...rows.slice(0, 2)]) },
  ]);
  expect(parts).toHaveLength(101);
  expect(parts.at(-1)).toEqual({ name: "others", rows: 50 });
  expect(leaks.count).toBe(0);
});

test("warns about few diverse rows, near-duplicates and a dominant answer", async () => {
  const warningsOf = async (rows: readonly JsonObject[]) =>
    statsWarnings(await datasetStats([{ name: "a", rows: recordRows(rows) }]));
  const answered = (at: number) => rowOf(at, { outputs: "yes" });
  expect(await warningsOf([])).toEqual(["there are no rows"]);
  expect(await warningsOf(Array.from({ length: 19 }, (_, at) => answered(at)))).toEqual([
    "19 diverse rows; under 20 nothing can be proven. Collect 20 to 50 or more",
  ]);
  expect(await warningsOf(Array.from({ length: 49 }, (_, at) => answered(at)))).toEqual([
    "49 diverse rows; with 50 or more smaller gains can be proven",
  ]);
  const alike = Array.from({ length: 100 }, (_, at) => ({
    inputs: { text: `${textOf(at >> 1)}${at % 2 === 0 ? "." : "!"}` },
    outputs: at === 7 ? "no" : "yes",
  }));
  expect(await warningsOf(alike)).toEqual([
    "50 % of the inputs are near-duplicates of others",
    '99 % of the answers are "yes": too few rows to learn the others',
  ]);
});

test("reports a missing column with the existing ones", async () => {
  await expect(
    datasetStats([{ name: "a", rows: recordRows([rowOf(1, { customer: "c" })]) }], { by: "costumer" }),
  ).rejects.toMatchObject({
    message: 'no row has the column "costumer" (--by)',
    hint: 'did you mean "customer"? the columns are inputs, inputs.text, customer',
  });
});

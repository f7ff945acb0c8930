import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { splitExamples } from "../../../src/core/data/split.ts";
import { splitRows } from "../../../src/datasets/manage/split-dataset.ts";
import { createDataFolder, jsonl } from "../data-folder.ts";
import { recordRows } from "./record-rows.ts";

const folder = await createDataFolder();
const rows: readonly JsonObject[] = Array.from({ length: 240 }, (_, at) => {
  // Every tenth row repeats the previous one.
  const text = at % 10 === 9 ? at - 1 : at;
  return { inputs: { text: `text ${text}` }, outputs: "yes", tags: { customer: `c${text % 37}` } };
});

async function partsOf(request: Parameters<typeof splitRows>[1]) {
  const { rows: count, partOf } = await splitRows(recordRows(rows), request);
  expect(count).toBe(rows.length);
  return rows.map((_, at) => partOf(at));
}

test.each([
  [{ seed: 7 }, undefined],
  [{ seed: 8, shares: { train: 0.5, validation: 0.2, test: 0.2 } }, undefined],
  [{ seed: 7, by: "tags.customer" }, "tags.customer"],
])("%j puts every row where a run puts it", async (request, groupBy) => {
  const dataset = await folder.read("rows.jsonl", jsonl(...rows), groupBy === undefined ? {} : { groupBy });
  const split = splitExamples(dataset.examples, {
    ...request,
    isGiven: false,
    isGrouped: groupBy !== undefined,
  });
  const homes = new Map<string, string>();
  for (const part of ["train", "validation", "test"] as const) {
    for (const { inputs } of split[part]) homes.set(JSON.stringify(inputs), part);
  }
  expect(await partsOf(request)).toEqual(rows.map(({ inputs }) => homes.get(JSON.stringify(inputs))));
});

test("equal inputs and equal groups stay in one part for any seed", async () => {
  for (let seed = 0; seed < 5; seed++) {
    const parts = await partsOf({ seed, by: "tags.customer" });
    const sides = new Map<unknown, Set<string | undefined>>();
    rows.forEach((row, at) => {
      for (const key of [JSON.stringify(row["inputs"]), JSON.stringify(row["tags"])])
        sides.set(key, (sides.get(key) ?? new Set()).add(parts[at]));
    });
    expect([...sides.values()].filter((side) => side.size > 1)).toEqual([]);
  }
});

test("rejects too few rows for the default shares, and a missing column", async () => {
  await expect(splitRows(recordRows(rows.slice(0, 12)), { seed: 1 })).rejects.toMatchObject({
    message: "11 rows are too few to hold any back",
  });
  const shares = { train: 0.5, validation: 0.25, test: 0.25 };
  await expect(splitRows(recordRows(rows.slice(0, 8)), { seed: 1, shares })).resolves.toMatchObject({
    rows: 8,
  });
  await expect(splitRows(recordRows(rows), { seed: 1, by: "tags.custom" })).rejects.toMatchObject({
    message: 'no row has the column "tags.custom" (--by)',
    hint: expect.stringContaining("the columns are inputs, inputs.text, outputs, tags, tags.customer"),
  });
});

import { expect, test } from "vitest";
import type { RowFile } from "../../../src/datasets/formats/row-format.ts";
import { type StreamedRow, streamRows } from "../../../src/datasets/formats/stream-rows.ts";
import { createDataFolder, jsonl } from "../data-folder.ts";

const folder = await createDataFolder();
const many = Array.from({ length: 20_000 }, (_, at) => ({ inputs: { text: `row ${at}, with "quotes"` } }));

async function fileOf(name: string, content: string): Promise<RowFile> {
  return { path: await folder.write(name, content), name, sizeBytes: content.length };
}

async function all(file: RowFile): Promise<StreamedRow[]> {
  const rows: StreamedRow[] = [];
  for await (const row of streamRows(file)) rows.push(row);
  return rows;
}

test.each([
  ["many.jsonl", jsonl(...many)],
  ["many.json", JSON.stringify(many)],
  [
    "many.csv",
    `inputs\n${many.map(({ inputs }) => `"${JSON.stringify(inputs).replaceAll('"', '""')}"\n`).join("")}`,
  ],
])("all rows of %s, in order", async (name, content) => {
  const rows = await all(await fileOf(name, content));
  expect(rows).toHaveLength(many.length);
  const texts = rows.map(({ value }) => {
    const { inputs } = value as { inputs: unknown };
    return typeof inputs === "string" ? JSON.parse(inputs) : inputs;
  });
  expect(texts).toEqual(many.map(({ inputs }) => inputs));
  if (!name.endsWith(".json")) expect(rows.at(-1)?.line).toBe(many.length + (name.endsWith(".csv") ? 1 : 0));
});

test("the reader pauses while rows are consumed, and stops if the consumer stops", async () => {
  const file = await fileOf("wait.jsonl", jsonl(...many));
  let waits = 0;
  let most = 0;
  let taken = 0;
  for await (const row of streamRows(file)) {
    if (++taken % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, row.line ?? 0);
    if (taken === 3000) break;
    waits++;
  }
  expect([taken, most, waits]).toEqual([3000, 3000, 2999]);
});

test("emits bad rows, and throws the error of a broken file after its readable rows", async () => {
  expect(await all(await fileOf("bad.jsonl", '{"a":1}\n{"a":\n{"a":2}\n'))).toEqual([
    { value: { a: 1 }, line: 1 },
    { fault: "not JSON at column 6: it ends too early", line: 2 },
    { value: { a: 2 }, line: 3 },
  ]);
  const rows: StreamedRow[] = [];
  const reading = async () => {
    for await (const row of streamRows(await fileOf("broken.json", '[{"a":1},{"a":2},{"a"'))) rows.push(row);
  };
  await expect(reading()).rejects.toMatchObject({ code: "dataset_invalid" });
  expect(rows.map(({ value }) => value)).toEqual([{ a: 1 }, { a: 2 }]);
  expect(await all(await fileOf("none.jsonl", "\n"))).toEqual([]);
});

test("throws the reason of an aborted signal", async () => {
  const file = await fileOf("abort.jsonl", jsonl(...many));
  const stop = new AbortController();
  const reading = async () => {
    for await (const { line } of streamRows({ ...file, signal: stop.signal }))
      if (line === 10) stop.abort(new Error("enough"));
  };
  await expect(reading()).rejects.toThrow("enough");
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { DatasetRecord } from "../../../src/contracts/dataset-store.ts";
import { locateFile } from "../../../src/datasets/locate-file.ts";
import { exportFormats, exportRecords } from "../../../src/datasets/manage/export/export-records.ts";
import { readRecordRows } from "../../../src/datasets/store/read-records.ts";
import { createDataFolder } from "../data-folder.ts";

const folder = await createDataFolder();

async function exported(name: string, records: readonly DatasetRecord[], ending?: string): Promise<string> {
  const format = exportFormats[name];
  if (format === undefined) throw new Error(`no format ${name}`);
  let text = "";
  const { rows } = await exportRecords({
    format,
    ending: ending ?? format.endings[0] ?? "",
    records: async function* () {
      yield* records;
    },
    write: (piece) => {
      text += piece;
    },
  });
  expect(rows).toBe(records.length);
  return text;
}

async function readBack(name: string, text: string): Promise<DatasetRecord[]> {
  const path = await folder.write(`back${exportFormats[name]?.endings[0]}`, text);
  const records: DatasetRecord[] = [];
  for await (const { record } of readRecordRows(await locateFile(path, { relativeTo: folder.path })))
    records.push(record);
  return records;
}

const full: DatasetRecord = {
  inputs: { text: 'Say "hi",\r\nthen go', tone: " kind " },
  outputs: "hi; go",
  expectations: { expected_response: "Hi!", expected_facts: ["greets"], note: 1 },
  tags: { rating: 0.5, team: "a" },
  source: { type: "trace", traceId: "tr-1" },
  other: { dataset_record_id: "dr-1" },
};
const plain: DatasetRecord = { inputs: { text: "[not json]", tone: "=1+1" }, outputs: "{x" };

describe("an export is read back losslessly", () => {
  test.each(["jsonl", "json"])("%s: with every member", async (name) => {
    expect(await readBack(name, await exported(name, [full, plain]))).toEqual([full, plain]);
  });

  test.each(["csv", "tsv"])("%s: except for unknown members", async (name) => {
    const { other: _other, ...named } = full;
    const text = await exported(name, [full, plain]);
    expect(text.split(/[,\t\n]/).slice(0, 2)).toEqual(["text", "tone"]);
    expect(await readBack(name, text)).toEqual([named, plain]);
  });

  test("csv: variables that are not strings, or differ between rows, keep their type as JSON", async () => {
    const records: DatasetRecord[] = [
      { inputs: { n: 1, deep: { a: [true] } }, expectations: { expected_response: { label: "x" } } },
      { inputs: { outputs: "a variable of that name" }, outputs: "y" },
    ];
    const text = await exported("csv", records);
    expect(text.split("\n")[0]).toBe("inputs,outputs,expectations");
    expect(await readBack("csv", text)).toEqual(records);
  });

  test("csv: for any strings", async () => {
    const text = fc.string({ unit: "binary" }).filter((value) => value.trim() !== "" && value.isWellFormed());
    const record = fc.record({ inputs: fc.record({ a: text, b: text }), outputs: text });
    let at = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), async (records) => {
        const written = await exported("csv", records);
        const path = await folder.write(`any-${at++}.csv`, written);
        const back: DatasetRecord[] = [];
        for await (const row of readRecordRows(await locateFile(path, {}))) back.push(row.record);
        expect(back).toEqual(records);
      }),
      { numRuns: 60 },
    );
  });
});

test("mlflow: the members that merge_records accepts, with the source in its format", async () => {
  expect(JSON.parse(await exported("mlflow", [full]))).toEqual({
    inputs: full.inputs,
    outputs: full.outputs,
    expectations: full.expectations,
    tags: full.tags,
    source: { source_type: "TRACE", source_data: { trace_id: "tr-1" } },
  });
  const { other: _other, ...named } = full;
  expect(await readBack("mlflow", await exported("mlflow", [full]))).toEqual([named]);
});

test("promptfoo: test cases with the expected answer as an assertion, as YAML, JSON and JSON Lines", async () => {
  const cases = [
    {
      vars: full.inputs,
      assert: [
        { type: "equals", value: "Hi!" },
        { type: "icontains-all", value: ["greets"] },
      ],
      metadata: {
        rating: 0.5,
        team: "a",
        dao_opt: {
          expectations: full.expectations,
          source: { type: "trace", trace_id: "tr-1" },
          other: full.other,
        },
        source_output: "hi; go",
      },
    },
    { vars: plain.inputs, metadata: { source_output: "{x" } },
  ];
  expect(parse(await exported("promptfoo", [full, plain]))).toEqual(cases);
  expect(JSON.parse(await exported("promptfoo", [full, plain], ".json"))).toEqual(cases);
  const lines = (await exported("promptfoo", [full, plain], ".jsonl")).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line))).toEqual(cases);
});

test("openai-evals, langfuse, langsmith: the shapes of their APIs", async () => {
  expect(JSON.parse(await exported("openai-evals", [full]))).toEqual({
    item: { ...full.inputs, expected_response: "Hi!", expected_facts: ["greets"] },
    sample: { output_text: "hi; go" },
  });
  expect(JSON.parse(await exported("langfuse", [full]))).toEqual({
    input: full.inputs,
    expectedOutput: "Hi!",
    metadata: {
      ...full.tags,
      dao_opt: { outputs: full.outputs, expectations: full.expectations, other: full.other },
    },
    sourceTraceId: "tr-1",
  });
  expect(JSON.parse(await exported("langsmith", [plain]))).toEqual({
    inputs: plain.inputs,
    outputs: { output: "{x" },
    metadata: { dao_opt: { outputs: "{x", expectations: null } },
    source_run_id: null,
  });
});

test("rejects rows that changed between survey and writing of a table", async () => {
  const format = exportFormats["csv"];
  if (format === undefined) throw new Error("no csv");
  let pass = 0;
  const records = async function* (): AsyncGenerator<DatasetRecord> {
    yield { inputs: pass++ === 0 ? { a: "x" } : { b: "x" } };
  };
  await expect(
    exportRecords({ format, ending: ".csv", records, write: () => undefined }),
  ).rejects.toMatchObject({ code: "store_failed", message: "the dataset changed while it was exported" });
});

test("writes no rows in every format", async () => {
  for (const name of Object.keys(exportFormats)) {
    const text = await exported(name, []);
    if (name === "json") expect(JSON.parse(text)).toEqual([]);
    else expect(text).toBe({ csv: "inputs\n", tsv: "inputs\n" }[name] ?? "");
  }
});

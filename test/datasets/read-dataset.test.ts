import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Dataset } from "../../src/contracts/dataset-store.ts";
import { digestOf } from "../../src/core/data/digest.ts";
import { readDataset } from "../../src/datasets/read-dataset.ts";
import { createDataFolder, type DataFolder, failureOf, jsonl } from "./data-folder.ts";

let folder: DataFolder;
beforeAll(async () => {
  folder = await createDataFolder();
});

describe("readDataset", () => {
  it("reads a record of the usual shape", async () => {
    const inputs = { text: "Lovely.", lang: "en" };
    const dataset = await folder.read(
      "one.jsonl",
      jsonl({
        inputs,
        outputs: { response: "positive!" },
        expectations: {
          expected_response: "positive",
          expected_facts: ["is happy"],
          guidelines: ["be brief"],
        },
        tags: { id: "1" },
        source: { type: "human" },
      }),
    );
    expect(dataset.examples).toEqual([
      {
        id: digestOf(inputs).slice(0, 16),
        inputs,
        expected: "positive",
        expectedFacts: ["is happy"],
        sourceOutput: "positive!",
        expectations: {
          expected_response: "positive",
          expected_facts: ["is happy"],
          guidelines: ["be brief"],
        },
        tags: { id: "1" },
        origin: { file: "one.jsonl", line: 1 },
      },
    ]);
    expect(dataset).toMatchObject({ name: "rows", rowsRead: 1, skipped: [] });
    expect(dataset.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it("treats expected_response and expected_facts columns like nested members", async () => {
    const flat = await folder.read(
      "flat.jsonl",
      jsonl({ inputs: { q: "?" }, expected_response: "42", expected_facts: ["a number"] }),
    );
    const nested = await folder.read(
      "nested.jsonl",
      jsonl({ inputs: { q: "?" }, expectations: { expected_response: "42", expected_facts: ["a number"] } }),
    );
    expect(flat.examples[0]).toMatchObject({ expected: "42", expectedFacts: ["a number"] });
    expect(flat.digest).toBe(nested.digest);
  });

  it("uses every other column of a flat row as an input", async () => {
    const { examples } = await folder.read(
      "columns.csv",
      "id,text,lang,label,who,source,tags\n7,Nice,en,positive,ann,web,\n",
      { expected: "label", groupBy: "who" },
    );
    expect(examples[0]).toMatchObject({
      inputs: { text: "Nice", lang: "en" },
      expected: "positive",
      group: "ann",
    });
  });

  it("keeps a nested expected answer out of the inputs of a flat row", async () => {
    const { examples } = await folder.read(
      "leak.jsonl",
      jsonl({ text: "Nice", gold: { label: "positive" } }),
      {
        expected: "gold.label",
      },
    );
    expect(examples[0]).toMatchObject({ inputs: { text: "Nice" }, expected: "positive" });
  });

  it("maps columns, nested ones and ones with dots in their names", async () => {
    const { examples } = await folder.read(
      "mapped.jsonl",
      jsonl({
        "user.name": "Ann",
        user: { name: "no" },
        messages: [{ content: "Hi" }],
        answer: { a: 1, B: 2 },
      }),
      { inputs: { who: "user.name", text: "messages.0.content" }, expected: "answer" },
    );
    expect(examples[0]).toMatchObject({ inputs: { who: "Ann", text: "Hi" }, expected: '{"B":2,"a":1}' });
  });

  it("passes messages through as values", async () => {
    const messages = [{ role: "user", content: "Hi" }];
    const { examples } = await folder.read(
      "chat.jsonl",
      jsonl({ messages, expected_response: "Hello" }, { inputs: { messages: [] }, expected_response: "…" }),
    );
    expect(examples.map(({ inputs }) => inputs)).toEqual([{ messages }, { messages: [] }]);
  });

  it("uses the source model's answer if there is no expected answer", async () => {
    const { examples } = await folder.read(
      "outputs.jsonl",
      jsonl({ q: 1, outputs: "a" }, { q: 2, outputs: "a", expected_response: "b" }, { q: 3 }),
    );
    expect(examples.map(({ expected, sourceOutput }) => [expected, sourceOutput])).toEqual([
      ["a", "a"],
      ["b", "a"],
      [undefined, undefined],
    ]);
  });

  it("reads objects written as JSON text in the cells of a CSV file", async () => {
    const { examples } = await folder.read(
      "cells.csv",
      'inputs,expectations,tags\n"{""q"": ""?""}","{""expected_response"": ""yes""}","{""k"": 1}"\n',
    );
    expect(examples[0]).toMatchObject({ inputs: { q: "?" }, expected: "yes", tags: { k: 1 } });
  });

  it("merges rows with equal inputs: replaces outputs, adds expectations and tags", async () => {
    const dataset = await folder.read(
      "twice.jsonl",
      jsonl(
        { inputs: { a: 1, b: 2 }, outputs: "old", expectations: { note: "x" }, tags: { one: 1, two: 1 } },
        { inputs: { a: 2 }, outputs: "other" },
        { inputs: { b: 2, a: 1 }, outputs: "new", expectations: { expected_facts: ["f"] }, tags: { two: 2 } },
      ),
    );
    expect(dataset.rowsRead).toBe(3);
    expect(dataset.examples).toHaveLength(2);
    expect(dataset.examples[0]).toMatchObject({
      expected: "new",
      sourceOutput: "new",
      expectedFacts: ["f"],
      expectations: { note: "x", expected_facts: ["f"] },
      tags: { one: 1, two: 2 },
      origin: { file: "twice.jsonl", line: 1 },
    });
  });

  it("computes the same digest for the same content in any format, file and row", async () => {
    const rows = [
      { text: "a, b", label: "x" },
      { text: "c", label: "y" },
    ];
    const csv = 'text,label\n"a, b",x\nc,y\n';
    const mapping = { inputs: { text: "text" }, expected: "label" };
    const all = await Promise.all([
      folder.read("same.jsonl", jsonl(...rows), mapping),
      folder.read("same.json", JSON.stringify({ records: rows }, null, 2), mapping),
      folder.read("same.csv", csv, mapping),
      folder.read("same.yaml", "- {text: 'a, b', label: x}\n- text: c\n  label: y\n", mapping),
      folder.readSource({ kind: "inline", rows, file: "config.yaml" }, mapping),
      folder.read("twice-same.jsonl", jsonl(...rows, ...rows), mapping),
    ]);
    expect(new Set(all.map(({ digest }) => digest)).size).toBe(1);
    const changed = await folder.read("changed.jsonl", jsonl(rows[0], { text: "c", label: "z" }), mapping);
    const turned = await folder.read("turned.jsonl", jsonl(rows[1], rows[0]), mapping);
    expect(new Set([all[0]?.digest, changed.digest, turned.digest]).size).toBe(3);
  });

  it("names inline rows by number", async () => {
    const source = { kind: "inline", rows: [{ text: "a" }, { text: " " }], file: "config.yaml" } as const;
    expect(await failureOf(folder.readSource(source))).toEqual({
      message: "rows: 1 row cannot be used\nconfig.yaml  row 2: every input is blank: text",
      hint: "fix these rows, or skip them with on_bad_row: skip",
      problems: [{ file: "config.yaml", message: "row 2: every input is blank: text" }],
    });
    const empty = { kind: "inline", rows: [], file: "config.yaml" } as const;
    expect((await failureOf(folder.readSource(empty))).message).toBe("rows has no rows");
  });

  it("uses absolute file names by default", async () => {
    const path = await folder.write("absolute.jsonl", jsonl({ text: "a" }));
    const dataset = await readDataset({ name: "x", source: { kind: "file", path }, onBadRow: "fail" });
    expect(dataset.examples[0]?.origin).toEqual({ file: path, line: 1 });
  });

  it("rejects with the reason of its signal", async () => {
    const reason = new Error("enough");
    const reading = folder.read("ended.csv", "text\na\n", {}, { signal: AbortSignal.abort(reason) });
    await expect(reading).rejects.toBe(reason);
  });
});

describe("rows that cannot be used", () => {
  const bad = [
    '{"text": "fine", "label": "a"}',
    '{"text": "fine" "label": "a"}',
    "[1, 2]",
    '{"text": "no label"}',
    '{"text": "blank label", "label": " "}',
    '{"text": null, "label": "a"}',
    "",
    '{"text": "", "label": "a"}',
    '{"text": 1e999, "label": "a"}',
    '{"text": "ok", "label": "a", "expectations": 3, "expected_facts": [[]]}',
  ].join("\n");
  const mapping = { inputs: { text: "text" }, expected: "label" };
  const problems = [
    { file: "bad.jsonl", line: 2, message: 'not JSON at column 17: unexpected "label"' },
    { file: "bad.jsonl", line: 3, message: "the row is a list, not an object" },
    { file: "bad.jsonl", line: 4, message: 'no value in column "label" (expected)' },
    { file: "bad.jsonl", line: 5, message: 'no value in column "label" (expected)' },
    { file: "bad.jsonl", line: 6, message: 'no value in column "text" (inputs.text)' },
    { file: "bad.jsonl", line: 8, message: "every input is blank: text" },
    { file: "bad.jsonl", line: 9, message: "it contains Infinity, which JSON cannot represent" },
    {
      file: "bad.jsonl",
      line: 10,
      message: '"expectations" is not an object; "expected_facts" is not a list of strings',
    },
  ];

  it("are reported in one error, with file and line", async () => {
    const failure = await failureOf(folder.read("bad.jsonl", bad, mapping));
    expect(failure).toEqual({
      message: [
        "rows: 8 rows cannot be used",
        ...problems.map(({ file, line, message }) => `${file}:${line}  ${message}`),
      ].join("\n"),
      hint: "fix these rows, or skip them with on_bad_row: skip",
      problems,
    });
  });

  it("are skipped under on_bad_row: skip", async () => {
    const dataset = await folder.read("bad.jsonl", bad, { ...mapping, onBadRow: "skip" });
    expect(dataset.examples.map(({ inputs }) => inputs)).toEqual([{ text: "fine" }]);
    expect(dataset).toMatchObject({ rowsRead: 9, skipped: problems });
  });

  it("are listed up to twenty", async () => {
    const failure = await failureOf(folder.read("many.jsonl", "1\n".repeat(23)));
    const lines = failure.message.split("\n");
    expect(lines).toHaveLength(22);
    expect(lines[20]).toBe("many.jsonl:20  the row is a number, not an object");
    expect(lines[21]).toBe("and 3 more");
    expect(failure.problems).toHaveLength(23);
  });

  it("fail even under skip if no row is usable", async () => {
    const failure = await failureOf(folder.read("none.jsonl", "1\n{}\n", { onBadRow: "skip" }));
    expect(failure.message).toBe(
      "rows: none of 2 rows can be used\nnone.jsonl:1  the row is a number, not an object\nnone.jsonl:2  no inputs",
    );
  });

  it("are reported together with a column that no row has", async () => {
    const failure = await failureOf(
      folder.read("columns.jsonl", `${jsonl({ text: "a", label: "x" })}oops\n`, {
        inputs: { text: "txt" },
        expected: "label",
      }),
    );
    expect(failure).toEqual({
      message: [
        'rows: no row has the column "txt" (inputs.text)',
        "rows: 1 row cannot be used",
        'columns.jsonl:2  not JSON at column 1: unexpected "o"',
      ].join("\n"),
      hint: 'did you mean "text"? the columns are text, label; fix these rows, or skip them with on_bad_row: skip',
      problems: [{ file: "columns.jsonl", line: 2, message: 'not JSON at column 1: unexpected "o"' }],
    });
  });

  it("do not hide several columns that no row has, even under skip", async () => {
    const failure = await failureOf(
      folder.read("names.csv", "review,label\na,x\n", {
        inputs: { text: "reviw" },
        expected: "gold",
        groupBy: "customer",
        onBadRow: "skip",
      }),
    );
    expect(failure).toEqual({
      message: [
        'rows: no row has the column "reviw" (inputs.text)',
        'rows: no row has the column "gold" (expected)',
        'rows: no row has the column "customer" (split.by)',
      ].join("\n"),
      hint: 'did you mean "review"? the columns are review, label; the columns are review, label',
      problems: [],
    });
  });

  it("suggest a nested column of the same name", async () => {
    const failure = await failureOf(
      folder.read("deep.jsonl", jsonl({ inputs: { text: "a" }, tags: { customer: 1 } }), {
        groupBy: "customer",
      }),
    );
    expect(failure.hint).toBe(
      'did you mean "tags.customer"? the columns are inputs, inputs.text, tags, tags.customer',
    );
  });
});

describe("files given per part", () => {
  const rowsOf = (...texts: string[]) => jsonl(...texts.map((text) => ({ text })));
  const parts = async (train: string, validation: string, test?: string) => ({
    kind: "parts" as const,
    train: await folder.write("train.jsonl", train),
    validation: await folder.write("validation.jsonl", validation),
    ...(test === undefined ? {} : { test: await folder.write("test.jsonl", test) }),
  });
  const texts = ({ examples }: Dataset) => examples.map(({ part, inputs }) => [part, inputs.text]);

  it("assign their rows to train, validation and test, in this order", async () => {
    const dataset = await folder.readSource(await parts(rowsOf("a", "b", "a"), rowsOf("c"), rowsOf("d")));
    expect(texts(dataset)).toEqual([
      ["train", "a"],
      ["train", "b"],
      ["validation", "c"],
      ["test", "d"],
    ]);
    expect(dataset.rowsRead).toBe(5);
  });

  it("may not share inputs", async () => {
    const source = await parts(rowsOf("a", "b"), rowsOf("c", "a"), rowsOf("c"));
    expect(await failureOf(folder.readSource(source))).toEqual({
      message: [
        "rows: 2 rows cannot be used",
        "validation.jsonl:1  same inputs as test.jsonl:1 (test): one row in two parts of the split",
        "train.jsonl:1  same inputs as validation.jsonl:2 (validation): one row in two parts of the split",
      ].join("\n"),
      hint: "fix these rows, or skip them with on_bad_row: skip",
      problems: expect.anything(),
    });
  });

  it("keep shared inputs in the part evaluated last under skip", async () => {
    const source = await parts(rowsOf("a", "b", "c"), rowsOf("c", "a", "d"), rowsOf("c"));
    for (const spoolAboveBytes of [1e9, 0]) {
      const dataset = await folder.readSource(source, { onBadRow: "skip" }, { spoolAboveBytes });
      expect(texts(dataset)).toEqual([
        ["train", "b"],
        ["validation", "a"],
        ["validation", "d"],
        ["test", "c"],
      ]);
      expect(dataset.skipped).toHaveLength(3);
      await dataset.close();
    }
  });

  it("must each have a usable row", async () => {
    const source = await parts(rowsOf("a"), rowsOf("a"));
    const failure = await failureOf(folder.readSource(source, { onBadRow: "skip" }));
    expect(failure.message).toBe("train.jsonl has no usable rows for train");
  });

  it("report all missing and shared files in one error", async () => {
    const one = await folder.write("one-part.jsonl", rowsOf("a"));
    const source = {
      kind: "parts",
      train: one,
      validation: join(folder.path, "validatoin.jsonl"),
      test: one,
    } as const;
    expect(await failureOf(folder.readSource(source))).toMatchObject({
      message: "train and test are the same file one-part.jsonl\nno file validatoin.jsonl",
      hint: "use a separate file for each part, or split one file by shares; did you mean validation.jsonl?",
    });
  });
});

describe("a large file", () => {
  const rows = Array.from({ length: 1000 }, (_, at) => ({
    inputs: { text: `row ${at} ünï ${"x".repeat(at % 50)}`, at },
    expectations: { expected_response: `label ${at % 7}` },
    tags: { at },
  }));
  const content = jsonl(...rows, { inputs: rows[3]?.inputs, outputs: "later" });

  it("is read like a small one, with its rows on disk", async () => {
    const temporaryFolder = join(folder.path, "spool");
    await folder.write("large.jsonl", content);
    await mkdir(temporaryFolder);
    const small = await folder.read("large.jsonl", content);
    const large = await folder.read("large.jsonl", content, {}, { spoolAboveBytes: 1000, temporaryFolder });
    expect(large.digest).toBe(small.digest);
    expect(large.rowsRead).toBe(1001);
    expect(JSON.parse(JSON.stringify(large.examples))).toEqual(small.examples);
    const [last, first] = [large.examples[999], large.examples[3]];
    expect(first).toMatchObject({ expected: "label 3", sourceOutput: "later", tags: { at: 3 } });
    expect(first?.origin).toEqual({ file: "large.jsonl", line: 4 });
    expect(last?.id).toBe(digestOf(rows[999]?.inputs).slice(0, 16));
    expect([last?.group, last?.part, last?.expectedFacts, last?.sourceOutput]).toEqual(
      Array(4).fill(undefined),
    );
    expect(last?.expectations).toEqual({ expected_response: "label 5" });
    await large.close();
    await large.close();
    expect(await readdir(temporaryFolder)).toEqual([]);
    expect(() => large.examples[500]?.inputs).toThrow(
      "a row of a large data file was read after the dataset was closed",
    );
  });

  it("leaves nothing on disk on failure", async () => {
    const temporaryFolder = join(folder.path, "failed-spool");
    await mkdir(temporaryFolder);
    const reading = folder.read(
      "large-bad.jsonl",
      `${content}oops\n`,
      {},
      { spoolAboveBytes: 0, temporaryFolder },
    );
    await expect(reading).rejects.toThrow("large-bad.jsonl:1002");
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  it("reports the folder that cannot store its rows", async () => {
    const temporaryFolder = join(folder.path, "nowhere");
    const reading = folder.read("large.jsonl", content, {}, { spoolAboveBytes: 0, temporaryFolder });
    await expect(reading).rejects.toMatchObject({
      code: "store_failed",
      message: expect.stringContaining(
        `the rows of a large data file cannot be stored in ${temporaryFolder}`,
      ),
      hint: "free some space there, or set TMPDIR to a folder with more space",
    });
  });
});

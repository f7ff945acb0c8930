import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DatasetRecord } from "../../src/contracts/dataset-store.ts";
import { openDatasetStore } from "../../src/datasets/open-dataset-store.ts";
import { createDataFolder, jsonl } from "./data-folder.ts";

const folder = await createDataFolder();
const store = openDatasetStore({ folder: folder.path });

async function all(name: string): Promise<DatasetRecord[]> {
  const records: DatasetRecord[] = [];
  for await (const record of store.records(name)) records.push(record);
  return records;
}
const textOf = (name: string) => readFileSync(store.fileOf(name), "utf8");

describe("amend", () => {
  const isB = ({ inputs }: DatasetRecord) => inputs["t"] === "b";

  test("rewrites changed rows; other rows and unchanged files stay byte for byte", async () => {
    const odd = '{ "inputs" : {"t":"a"},  "outputs":"\\u00e9", "mine": [1.0] }';
    await folder.write("amended.jsonl", `${odd}\n${JSON.stringify({ inputs: { t: "b" }, tags: { x: 1 } })}`);
    expect(await store.amend("amended", (record) => record)).toBe(0);
    const amended = await store.amend("amended", (record) =>
      isB(record) ? { inputs: record.inputs, outputs: "B" } : record,
    );
    expect(amended).toBe(1);
    expect(textOf("amended")).toBe(`${odd}\n${JSON.stringify({ inputs: { t: "b" }, outputs: "B" })}\n`);
  });

  test("changes nothing if a row is unreadable, and rejects invalid names", async () => {
    const text = `${JSON.stringify({ inputs: { t: "b" } })}\n{"inputs":\n`;
    await folder.write("unreadable.jsonl", text);
    const change = ({ inputs }: DatasetRecord) => ({ inputs, outputs: "B" });
    await expect(store.amend("unreadable", change)).rejects.toThrow("so nothing was changed");
    expect(textOf("unreadable")).toBe(text);
    await expect(store.amend("unreadible", change)).rejects.toThrow('no dataset named "unreadible"');
  });
});

describe("merge", () => {
  test("merges equal inputs in any key order: outputs are replaced, the rest is merged", async () => {
    expect(
      await store.merge("one", [
        { inputs: { a: 1, b: { c: 2, d: 3 } }, outputs: "old", tags: { x: 1 }, expectations: { note: "n" } },
        { inputs: { b: { d: 3, c: 2 }, a: 1 }, outputs: "new", tags: { y: 2 } },
        { inputs: { a: 1 }, source: { type: "trace", traceId: "t1" } },
      ]),
    ).toEqual({ added: 2, updated: 1, unchanged: 0, rows: 2 });
    expect(textOf("one")).toBe(
      jsonl(
        {
          inputs: { a: 1, b: { c: 2, d: 3 } },
          outputs: "new",
          expectations: { note: "n" },
          tags: { x: 1, y: 2 },
        },
        { inputs: { a: 1 }, source: { type: "trace", trace_id: "t1" } },
      ),
    );
  });

  test("equal answers change nothing; different answers replace the source", async () => {
    const answer = (outputs: string, traceId: string): DatasetRecord => ({
      inputs: { q: "?" },
      outputs,
      source: { type: "trace", traceId },
    });
    await store.merge("again", [answer("yes", "t1")]);
    const before = textOf("again");
    expect(await store.merge("again", [answer("yes", "t2")])).toEqual({
      added: 0,
      updated: 0,
      unchanged: 1,
      rows: 1,
    });
    expect(textOf("again")).toBe(before);
    await store.merge("again", [answer("no", "t3")]);
    expect(await all("again")).toEqual([answer("no", "t3")]);
  });

  test("rows that do not change stay byte for byte, in their place", async () => {
    const odd = '{ "inputs" : {"t":"kept"},  "outputs":"\\u00e9", "mine": [1.0] }';
    await folder.write("odd.jsonl", `\uFEFF${odd}\r\n\n${JSON.stringify({ inputs: { t: "b" } })}`);
    expect(await store.merge("odd", [{ inputs: { t: "b" }, outputs: "now" }])).toMatchObject({
      updated: 1,
      rows: 2,
    });
    expect(textOf("odd")).toBe(`${odd}\r\n{"inputs":{"t":"b"},"outputs":"now"}\n`);
  });

  test("repeated inputs in a file are merged into one row", async () => {
    await folder.write(
      "twice.jsonl",
      jsonl(
        { inputs: { t: "a" }, tags: { n: 1 } },
        { inputs: { t: "b" } },
        { inputs: { t: "a" }, outputs: "late", tags: { m: 2 } },
      ),
    );
    expect(await store.merge("twice", [{ inputs: { t: "a" }, outputs: "last" }])).toEqual({
      added: 0,
      updated: 1,
      unchanged: 0,
      rows: 2,
    });
    expect(await all("twice")).toEqual([
      { inputs: { t: "a" }, outputs: "last", tags: { n: 1, m: 2 } },
      { inputs: { t: "b" } },
    ]);
  });

  test("MLflow records are read, and unknown members survive an update", async () => {
    const exported = {
      dataset_record_id: "dr-1",
      inputs: { question: "?" },
      outputs: { mlflow_wrapped: "An answer." },
      expectations: { expected_facts: ["one"] },
      tags: { "mlflow.user": "me" },
      source: { source_type: "TRACE", source_data: { trace_id: "tr-1", span: 3 } },
      created_time: 17,
    };
    await folder.write("mlflow.jsonl", jsonl(exported));
    expect(await all("mlflow")).toEqual([
      {
        inputs: { question: "?" },
        outputs: "An answer.",
        expectations: { expected_facts: ["one"] },
        tags: { "mlflow.user": "me" },
        source: { type: "trace", traceId: "tr-1", other: { source_data: { span: 3 } } },
        other: { dataset_record_id: "dr-1", created_time: 17 },
      },
    ]);
    expect(await store.merge("mlflow", await all("mlflow"))).toMatchObject({ unchanged: 1 });
    expect(JSON.parse(textOf("mlflow"))).toEqual(exported);
    await store.merge("mlflow", [{ inputs: { question: "?" }, tags: { rating: 0.5 } }]);
    expect(JSON.parse(textOf("mlflow"))).toEqual({
      inputs: exported.inputs,
      outputs: "An answer.",
      expectations: exported.expectations,
      tags: { "mlflow.user": "me", rating: 0.5 },
      source: { type: "trace", trace_id: "tr-1", source_data: { span: 3 } },
      dataset_record_id: "dr-1",
      created_time: 17,
    });
  });

  test("merges rows from a stream, and merges nothing if it fails", async () => {
    async function* broken(): AsyncGenerator<DatasetRecord> {
      yield { inputs: { t: 1 } };
      throw new Error("the stream broke");
    }
    await expect(store.merge("stream", broken())).rejects.toThrow("the stream broke");
    await expect(all("stream")).rejects.toMatchObject({ code: "not_found" });
    expect(await store.merge("stream", [])).toEqual({ added: 0, updated: 0, unchanged: 0, rows: 0 });
    await expect(all("stream")).rejects.toMatchObject({ code: "not_found" });
  });

  test("rejects a record that JSON cannot represent", async () => {
    for (const record of [
      { inputs: { n: Number.POSITIVE_INFINITY } },
      { inputs: { t: 1 }, outputs: Number.NaN },
    ]) {
      await expect(store.merge("bad", [record])).rejects.toMatchObject({
        code: "dataset_invalid",
        message: expect.stringMatching(
          /^record 1 cannot be stored: it contains (Infinity|NaN), which JSON cannot represent$/,
        ),
      });
    }
  });

  test("stores and merges rows that a run could not use; `validate` reports them", async () => {
    const odd: DatasetRecord[] = [
      { inputs: {}, outputs: "of nothing" },
      { inputs: { text: " " } },
      {
        inputs: { text: "a" },
        expectations: { expected_facts: [{ no: "text" }] },
        other: { outputs: "not these" },
      },
    ];
    await store.merge("odd-rows", odd);
    expect(await store.merge("odd-rows", odd)).toMatchObject({ unchanged: 3, rows: 3 });
  });

  test("reports each bad line of a damaged file and leaves it unchanged", async () => {
    const damaged = `${jsonl({ inputs: { t: "a" } })}{"inputs":\n[1]\n{"outputs":"no inputs"}\n`;
    await folder.write("damaged.jsonl", damaged);
    const failure = {
      code: "dataset_invalid",
      problems: [
        { line: 2, message: "not JSON at column 11: it ends too early" },
        { line: 3, message: "the row is a list, not an object" },
        { line: 4, message: "no inputs" },
      ],
    };
    await expect(store.merge("damaged", [{ inputs: { t: "b" } }])).rejects.toMatchObject(failure);
    await expect(all("damaged")).rejects.toMatchObject(failure);
    expect(textOf("damaged")).toBe(damaged);
  });

  test("many concurrent merges in one process lose nothing", async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        store.merge("busy", [{ inputs: { at } }, { inputs: { at: "shared" }, tags: { [at]: true } }]),
      ),
    );
    const rows = await all("busy");
    expect(rows).toHaveLength(31);
    const shared = rows.find(({ inputs }) => inputs["at"] === "shared");
    expect(Object.keys(shared?.tags ?? {})).toHaveLength(30);
  });
});

test("makes a new dataset once, even if two do at the same time", async () => {
  const make = (text: string) => store.merge("only_once", [{ inputs: { text } }], { isNew: true });
  const results = await Promise.allSettled([make("a"), make("b")]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  await expect(make("c")).rejects.toThrow("there is already a dataset only_once");
  expect(await all("only_once")).toHaveLength(1);
});

test("rejects invalid names, and suggests similar names for missing datasets", async () => {
  for (const name of ["", ".hidden", "a/b", "..", "a\u0000b", "x".repeat(201), "dot.", "a:b"]) {
    expect(() => store.fileOf(name)).toThrow(/is not a valid dataset name/);
  }
  await store.merge("tickets.2026-ü", [{ inputs: { t: 1 } }]);
  expect(await store.list()).toContain("tickets.2026-ü");
  await expect(all("tickets.2026-u")).rejects.toMatchObject({
    message: 'no dataset named "tickets.2026-u"',
    hint: "did you mean tickets.2026-ü?",
  });
  await expect(
    openDatasetStore({ folder: "nowhere" }).records("x")[Symbol.asyncIterator]().next(),
  ).rejects.toMatchObject({
    hint: "there are no datasets yet; create one with `dao-opt collect` or `dao-opt dataset merge`",
  });
});

test.runIf(process.platform === "linux")("a folder that cannot be created fails immediately", async () => {
  const nowhere = openDatasetStore({ folder: "/proc/dao-opt/datasets" });
  await expect(nowhere.merge("rows", [{ inputs: { t: "a" } }])).rejects.toMatchObject({
    code: "store_failed",
  });
});

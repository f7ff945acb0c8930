import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { findMlflowDataset } from "../../../src/mlflow/datasets/find-dataset.ts";
import { readMlflowRows } from "../../../src/mlflow/datasets/read-dataset.ts";
import { writeMlflowRows } from "../../../src/mlflow/datasets/write-dataset.ts";
import { startLoopbackMlflow } from "./loopback-mlflow.ts";

const record = { dataset_record_id: "dr-1", created_time: 5, inputs: { a: 1 } };

it("rows contain no server fields, so equal ones have one digest", async () => {
  let time = 0;
  const records = () => [
    { ...record, created_time: time++, outputs: { mlflow_wrapped: "x" }, source_type: "HUMAN", source: null },
    { ...record, inputs: { a: 2 }, outputs: null, expectations: {}, tags: {}, source_type: "UNSPECIFIED" },
    {
      ...record,
      inputs: { a: 3 },
      source: { source_type: "DOCUMENT", source_data: { doc_uri: "s3://x" } },
    },
  ];
  const server = await startLoopbackMlflow(() => ({ json: { records: JSON.stringify(records()) } }));
  const read = await readMlflowRows(server.client(), "d-1");
  expect(read.rows).toEqual([
    { inputs: { a: 1 }, outputs: "x", source: { type: "human" } },
    { inputs: { a: 2 } },
    { inputs: { a: 3 }, source: { type: "document", source_data: { doc_uri: "s3://x" } } },
  ]);
  expect((await readMlflowRows(server.client(), "d-1")).digest).toBe(read.digest);
});

it("integers beyond 2^53 in records keep their digits", async () => {
  const records = '[{"dataset_record_id": "dr-1", "inputs": {"id": 12345678901234567890, "small": 7}}]';
  const server = await startLoopbackMlflow(() => ({ json: { records } }));
  expect((await readMlflowRows(server.client(), "d-1")).rows).toEqual([
    { inputs: { id: "12345678901234567890", small: 7 } },
  ]);
});

it("page tokens are encoded, and a repeated page ends the read", async () => {
  const server = await startLoopbackMlflow(() => ({ json: { records: "[]", next_page_token: "a+b==" } }));
  await expect(readMlflowRows(server.client(), "d-1")).rejects.toThrow("a second time");
  expect(server.seen.map(({ path }) => path.split("&")[1])).toEqual([undefined, "page_token=a%2Bb%3D%3D"]);
});

it("records that are not a list are rejected", async () => {
  const server = await startLoopbackMlflow(() => ({ json: { records: '{"a":' } }));
  await expect(readMlflowRows(server.client(), "d-1")).rejects.toMatchObject({
    kind: "unreadable",
    message: "the records of the MLflow dataset d-1 are not a list of objects in JSON",
  });
});

it("rows without inputs are rejected before anything is sent", async () => {
  const server = await startLoopbackMlflow(() => ({}));
  const rows: readonly JsonObject[] = [{ inputs: { a: 1 } }, { outputs: 1 }, { inputs: {} }];
  await expect(writeMlflowRows(server.client(), { name: "d" }, rows)).rejects.toMatchObject({
    code: "dataset_invalid",
    message: "2 of 3 rows have no inputs (row 2, 3), and nothing was sent to MLflow",
  });
  expect(server.seen).toEqual([]);
});

it("large rows are sent in small batches, without unknown members and sources", async () => {
  const server = await startLoopbackMlflow(({ path }) => {
    const dataset = { dataset_id: "d-1", name: "d" };
    if (path.endsWith("/records")) return { json: { inserted_count: 1, updated_count: 0 } };
    return { json: path.endsWith("/search") ? { datasets: [dataset] } : { dataset } };
  });
  const large = "x".repeat(5_000_000);
  const rows = [1, 2, 3].map((number) => ({
    inputs: { number, large },
    source: { type: number === 1 ? "trace" : "spreadsheet", trace_id: "tr-1" },
    metadata: { line: number },
  }));
  expect(await writeMlflowRows(server.client(), { name: "d" }, rows)).toMatchObject({
    inserted: 3,
    isNew: false,
  });
  const sent = server.seen.filter(({ path }) => path.endsWith("/records"));
  const records = sent.map(({ body }) => JSON.parse((JSON.parse(body) as { records: string }).records)[0]);
  expect(records.map(({ inputs: { large: _, ...inputs }, ...others }) => ({ inputs, ...others }))).toEqual([
    { inputs: { number: 1 }, source: { source_type: "TRACE", source_data: { trace_id: "tr-1" } } },
    { inputs: { number: 2 } },
    { inputs: { number: 3 } },
  ]);
});

it("Databricks uses tables instead", async () => {
  const server = await startLoopbackMlflow(() => ({}));
  const client = server.client({}, { kind: "none" }, "databricks");
  await expect(findMlflowDataset(client, { name: "d" })).rejects.toMatchObject({
    kind: "unsupported",
    hint: expect.stringContaining("export the table"),
  });
  expect(server.seen).toEqual([]);
});

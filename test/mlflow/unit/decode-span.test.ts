import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { parseExactJson } from "../../../src/formats/exact-json.ts";
import {
  decodeMlflowAttributes,
  decodeMlflowSpan,
  packMlflowAttributes,
} from "../../../src/mlflow/traces/decode-span.ts";
import { rowOfMlflowTrace } from "../../../src/mlflow/traces/row-of-trace.ts";
import { decodeMlflowTrace, searchMlflowTraces } from "../../../src/mlflow/traces/search-traces.ts";
import type { OtlpSpan } from "../../../src/traces/otlp/otlp-span.ts";
import { traceOfSpan } from "../../../src/traces/otlp/trace-of-span.ts";
import { startLoopbackMlflow } from "./loopback-mlflow.ts";

/** As batchGet of MLflow 3.17 answers. */
const restTrace = parseExactJson(`{
  "trace_info": {
    "trace_id": "tr-00000000000000000000000000000001",
    "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "1"}},
    "request_time": "2026-11-29T13:01:30.249Z", "execution_duration": "0s", "state": "OK",
    "tags": {"mlflow.trace.spansLocation": "TRACKING_STORE"}
  },
  "spans": [{
    "trace_id": "AAAAAAAAAAAAAAAAAAAAAQ==", "span_id": "AAAAAAAAAAE=", "name": "classify",
    "start_time_unix_nano": 1795957290249692299, "end_time_unix_nano": 1795957290251192299,
    "attributes": [
      {"key": "mlflow.spanInputs", "value": {"kvlist_value": {"values": [
        {"key": "text", "value": {"string_value": "good"}},
        {"key": "deep", "value": {"kvlist_value": {"values": [
          {"key": "list", "value": {"array_value": {"values": [
            {"int_value": 7}, {"int_value": "9007199254740993"}, {"double_value": 0.5}, {"bool_value": false}, {}
          ]}}}
        ]}}}
      ]}}},
      {"key": "mlflow.spanOutputs", "value": {"string_value": "123"}},
      {"key": "mlflow.spanType", "value": {"string_value": "CHAT_MODEL"}}
    ],
    "status": {"code": "STATUS_CODE_OK"}
  }]
}`) as JsonObject;

/** The same from the Python client's Trace.to_json(): every value is a text of JSON. */
const pythonSpan: JsonObject = {
  trace_id: "AAAAAAAAAAAAAAAAAAAAAQ==",
  span_id: "AAAAAAAAAAE=",
  parent_span_id: null,
  name: "classify",
  start_time_unix_nano: "1795957290249692299",
  end_time_unix_nano: "1795957290251192299",
  attributes: {
    "mlflow.spanInputs": '{"text":"good","deep":{"list":[7,"9007199254740993",0.5,false,null]}}',
    "mlflow.spanOutputs": '"123"',
    "mlflow.spanType": '"CHAT_MODEL"',
  },
  status: { code: "STATUS_CODE_OK" },
};

const inputs = { text: "good", deep: { list: [7, "9007199254740993", 0.5, false, null] } };

it("gives the same span for protobuf's JSON and the Python client's", () => {
  const [rest] = restTrace["spans"] as readonly JsonObject[];
  const span = decodeMlflowSpan(rest ?? {});
  expect(span).toEqual({
    traceId: "00000000000000000000000000000001",
    spanId: "0000000000000001",
    name: "classify",
    startedAt: "2026-11-29T13:01:30.250Z",
    endedAt: "2026-11-29T13:01:30.251Z",
    latencyMs: 1.5,
    attributes: { "mlflow.spanInputs": inputs, "mlflow.spanOutputs": "123", "mlflow.spanType": "CHAT_MODEL" },
    events: [],
    resource: {},
    scope: "mlflow",
  });
  expect(decodeMlflowSpan(pythonSpan)).toEqual(span);
});

it("reads older servers, whose typed values contain JSON text", () => {
  const packed = (key: string, text: string) => ({ key, value: { string_value: text } });
  const attributes = [
    packed("mlflow.spanType", '"LLM"'),
    packed("mlflow.spanOutputs", '{"a":[1]}'),
    packed("user.note", '"as it is"'),
  ];
  expect(decodeMlflowAttributes(attributes)).toEqual({
    "mlflow.spanType": "LLM",
    "mlflow.spanOutputs": { a: [1] },
    "user.note": '"as it is"',
  });
});

it("encodes strings so that a JSON reader returns them as strings", () => {
  const span = decodeMlflowSpan(pythonSpan);
  expect(span && packMlflowAttributes(span).attributes).toEqual({
    "mlflow.spanInputs": inputs,
    "mlflow.spanOutputs": '"123"',
    "mlflow.spanType": '"CHAT_MODEL"',
  });
});

it("returns spans the OTLP reader accepts, with exact answers", () => {
  const trace = decodeMlflowTrace(restTrace);
  const spans: readonly OtlpSpan[] = trace.spans;
  expect(spans.map((span) => traceOfSpan(span))).toMatchObject([
    {
      traceId: "00000000000000000000000000000001-0000000000000001",
      name: "classify",
      output: "123",
      latencyMs: 1.5,
    },
  ]);
});

it("rejects spans without ids, and reads the failure of a span", () => {
  expect(decodeMlflowSpan({ ...pythonSpan, span_id: "AAAAAAAAAAA=" })).toBeUndefined();
  expect(decodeMlflowSpan({ ...pythonSpan, trace_id: "short" })).toBeUndefined();
  const failed = { ...pythonSpan, status: { code: "STATUS_CODE_ERROR", message: "no answer" } };
  expect(decodeMlflowSpan({ ...failed, parent_span_id: "AAAAAAAAAAI=" })).toMatchObject({
    failure: "no answer",
    parentSpanId: "0000000000000002",
  });
});

const assessment = (name: string, members: JsonObject): JsonObject => ({
  assessment_name: name,
  source: { source_type: "HUMAN", source_id: "ann" },
  create_time: "2026-11-29T13:02:00Z",
  ...members,
});

it("converts assessments to expectations and ratings, without replaced ones", () => {
  const info = restTrace["trace_info"] as JsonObject;
  const assessments = [
    assessment("quality", {
      feedback: { value: "yes" },
      create_time: "2026-11-29T14:00:00Z",
      rationale: "good",
    }),
    assessment("quality", { feedback: { value: "no" }, valid: false, create_time: "2026-11-29T15:00:00Z" }),
    assessment("stars", { feedback: { value: 4 } }),
    assessment("failed", { feedback: { error: { error_code: "X" } } }),
    assessment("expected_response", { expectation: { value: "positive" } }),
    assessment("expected_facts", {
      expectation: { serialized_value: { serialization_format: "JSON_FORMAT", value: '["a"]' } },
    }),
  ];
  const trace = decodeMlflowTrace({ ...restTrace, trace_info: { ...info, assessments } });
  expect(trace).toMatchObject({
    traceId: info["trace_id"],
    startTime: "2026-11-29T13:01:30.249Z",
    status: "OK",
    inputs,
  });
  expect(trace.assessments.map(({ name, rating }) => [name, rating])).toEqual([
    ["stars", undefined],
    ["expected_response", undefined],
    ["expected_facts", undefined],
    ["quality", 1],
  ]);
  expect(trace.assessments.at(-1)).toMatchObject({ by: "ann", rationale: "good", sourceType: "HUMAN" });
  expect(rowOfMlflowTrace(trace)).toEqual({
    row: {
      inputs,
      outputs: "123",
      expectations: { expected_response: "positive", expected_facts: ["a"] },
      tags: { rating: 1 },
      source: { type: "trace", trace_id: info["trace_id"] },
    },
  });
});

it("skips traces without stored spans, and reads pages in order", async () => {
  const info = (number: number) => ({
    trace_id: `tr-${number}`,
    state: "OK",
    request_time: "2026-11-29T13:00:00Z",
    tags: number === 5 || number === 6 ? {} : { "mlflow.trace.spansLocation": "TRACKING_STORE" },
  });
  const server = await startLoopbackMlflow(({ path, body }) => {
    if (path.includes("batchGet")) {
      const ids = new URL(path, "http://x").searchParams.getAll("trace_ids");
      const traces = ids
        .filter((id) => id !== "tr-60")
        .reverse()
        .map((id) => ({ ...restTrace, trace_info: { ...info(0), trace_id: id } }));
      return { json: { traces } };
    }
    if (path.includes("get-trace-artifact")) {
      return path.endsWith("tr-5")
        ? { json: { spans: [pythonSpan] } }
        : { status: 500, text: "no such file" };
    }
    const isSecond = (JSON.parse(body) as JsonObject)["page_token"] === "a==";
    const numbers = Array.from({ length: isSecond ? 1 : 60 }, (_, at) => info(isSecond ? 60 : at));
    return { json: { traces: numbers, ...(isSecond ? {} : { next_page_token: "a==" }) } };
  });
  const traces = [];
  for await (const trace of searchMlflowTraces(server.client(), { experiment: { id: "1" } }))
    traces.push(trace);
  expect(traces.map(({ traceId }) => traceId)).toEqual(Array.from({ length: 61 }, (_, at) => `tr-${at}`));
  const skipped = traces.filter((trace) => "skipped" in rowOfMlflowTrace(trace));
  expect(skipped.map(({ traceId }) => traceId)).toEqual(["tr-6", "tr-60"]);
  expect(skipped.map(rowOfMlflowTrace)).toContainEqual({ skipped: "the server does not hold its spans" });
  expect(traces[5]).toMatchObject({ inputs, outputs: "123" });
  const routes = server.seen.map(({ path }) => /[^/?]+(?=\?|$)/.exec(path)?.[0]);
  // The failed one is asked for twice.
  const artifacts = ["get-trace-artifact", "get-trace-artifact", "get-trace-artifact"];
  expect(routes).toEqual(["search", "batchGet", ...artifacts, "batchGet", "search", "batchGet"]);
});

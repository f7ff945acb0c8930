import { expect, test } from "vitest";
import type { Trace } from "../../src/core/trace.ts";
import { datasetRecordOf } from "../../src/traces/dataset-record.ts";

const trace: Trace = {
  traceId: "t",
  startedAt: "2026-11-21T00:00:00Z",
  inputs: { text: "Lovely." },
  output: "good",
};
const at = "2026-11-21T00:00:00Z";
const source = { type: "trace", traceId: "t" };

test("variables and answer of a trace become a row", () => {
  expect(datasetRecordOf(trace)).toEqual({ inputs: { text: "Lovely." }, outputs: "good", source });
});

test("a corrected answer becomes the expected one, the last rating a tag", () => {
  const feedback = [
    { rating: 0, betterResponse: "bad", at },
    { betterResponse: "positive", at },
    { rating: 0.2, at },
    { comment: "hm", at },
  ];
  expect(datasetRecordOf({ ...trace, feedback })).toEqual({
    inputs: { text: "Lovely." },
    outputs: "good",
    expectations: { expected_response: "positive" },
    tags: { rating: 0.2 },
    source,
  });
});

test.each([
  ["no variables", {}],
  ["variables of which there are none", { inputs: {} }],
])("a trace with %s makes none, whatever its messages", (_, changes) => {
  const { inputs: _inputs, ...bare } = trace;
  expect(
    datasetRecordOf({ ...bare, ...changes, messages: [{ role: "user", content: "Hi" }] }),
  ).toBeUndefined();
});

test("a failed or interrupted call has no answer, but a correction of it becomes a row", () => {
  const broken = { ...trace, output: "goo", error: "the caller went away" };
  expect(datasetRecordOf(broken)).toBeUndefined();
  expect(datasetRecordOf({ ...broken, feedback: [{ rating: 0, at }] })).toBeUndefined();
  expect(datasetRecordOf({ ...broken, feedback: [{ betterResponse: "good", at }] })).toEqual({
    inputs: trace.inputs,
    expectations: { expected_response: "good" },
    source,
  });
});

test("an answer of tool calls is the message with the calls", () => {
  const toolCalls = [{ id: "c", name: "f", arguments: "{}" }];
  const outputs = {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
  };
  expect(datasetRecordOf({ ...trace, output: null, toolCalls })?.outputs).toEqual(outputs);
  const outputMessage = { role: "assistant", content: null, toolCalls };
  expect(datasetRecordOf({ ...trace, output: null, outputMessage })?.outputs).toEqual(outputs);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import type { JsonObject } from "../../src/core/data/json.ts";
import type { Trace } from "../../src/core/trace.ts";
import { recordOfTrace, traceFields, traceOfRecord } from "../../src/traces/trace-record.ts";
import { arbitraryTrace } from "./arbitrary-trace.ts";

const throughText = (record: JsonObject): JsonObject => JSON.parse(JSON.stringify(record));

test("every trace survives the round trip through its record", () => {
  fc.assert(
    fc.property(arbitraryTrace, (trace) => {
      expect(traceOfRecord(throughText(recordOfTrace(trace)))).toEqual(trace);
    }),
    { numRuns: 300 },
  );
});

test("every record survives the round trip through its trace", () => {
  fc.assert(
    fc.property(arbitraryTrace, fc.dictionary(fc.string(), fc.jsonValue()), (trace, strange) => {
      // Values of any type under any name, including known ones. Other writers use null for absent members.
      const record = throughText({ ...strange, ...recordOfTrace(trace) } as JsonObject);
      const again = traceOfRecord(record);
      expect(throughText(recordOfTrace(again as Trace))).toEqual(record);
    }),
    { numRuns: 300 },
  );
});

test("keys are snake_case, messages use OpenAI's format, and foreign values are unchanged", () => {
  const toolCalls = [{ id: "c1", name: "look_up", arguments: '{"a": 1}' }];
  const calls = [{ id: "c1", type: "function", function: { name: "look_up", arguments: '{"a": 1}' } }];
  const record = recordOfTrace({
    traceId: "t",
    startedAt: "2026-11-21T00:00:00Z",
    chainId: "chain",
    prompt: {
      path: "main/x",
      version: 2,
      versionId: "prv_1",
      template: [{ role: "user", content: "{{text}}" }],
    },
    inputs: { camelCase: 1, snake_case: 2 },
    messages: [
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:" } }], name: "ada" },
      { role: "assistant", content: null, toolCalls },
      { role: "tool", content: "1", toolCallId: "c1" },
    ],
    outputMessage: { role: "assistant", content: null, toolCalls },
    toolCalls,
    parameters: { topP: 1, top_p: 1 },
    usage: { inputTokens: 1, outputTokens: 2, reasoningTokens: 1 },
    promptCostUsd: 0.5,
    outputCostUsd: null,
    providerResponse: { finishReason: 1 },
    feedback: [{ rating: 0.5, betterResponse: "b", at: "2026-11-21T00:00:00Z" }],
  });
  expect(Object.keys(record).slice(0, 2)).toEqual(["trace_id", "started_at"]);
  expect(record).toEqual({
    trace_id: "t",
    started_at: "2026-11-21T00:00:00Z",
    chain_id: "chain",
    prompt: {
      path: "main/x",
      version: 2,
      version_id: "prv_1",
      template: [{ role: "user", content: "{{text}}" }],
    },
    inputs: { camelCase: 1, snake_case: 2 },
    messages: [
      { role: "user", content: [{ type: "image_url", image_url: { url: "data:" } }], name: "ada" },
      { role: "assistant", content: null, tool_calls: calls },
      { role: "tool", content: "1", tool_call_id: "c1" },
    ],
    output_message: { role: "assistant", content: null, tool_calls: calls },
    tool_calls: calls,
    parameters: { topP: 1, top_p: 1 },
    usage: { input_tokens: 1, output_tokens: 2, reasoning_tokens: 1 },
    prompt_cost_usd: 0.5,
    output_cost_usd: null,
    provider_response: { finishReason: 1 },
    feedback: [{ rating: 0.5, better_response: "b", at: "2026-11-21T00:00:00Z" }],
  });
});

test("the record has the members of the specification", () => {
  const names =
    "trace_id, parent_id, chain_id, chat_id, event_id, name, prompt, inputs, messages, output, output_message, tool_calls, model, provider, parameters, usage, prompt_cost_usd, output_cost_usd, cost_usd, finish_reason, error, started_at, ended_at, latency_ms, environment, source, user, metadata, source_datapoint_id, sample_index, saved, stdout, provider_latency_ms, provider_request, provider_response, feedback";
  const known = traceFields.map(({ name }) => name);
  // Plus feedback key, thinking and error fields.
  const later = ["feedback_key", "reasoning", "error_code", "error_status"];
  expect(known.toSorted()).toEqual([...names.split(", "), ...later].toSorted());
});

test("unknown members survive in messages, prompts, calls and feedback", () => {
  const record = throughText({
    trace_id: "t",
    started_at: "2026-11-21T00:00:00Z",
    prompt: { path: "x", label: "live" },
    usage: { input_tokens: 1, cached_tokens: 1 },
    messages: [{ role: "assistant", content: "no", refusal: "no", annotations: [], tool_calls: null }],
    tool_calls: [
      { id: "c", type: "custom", custom: { name: "shell", input: "ls" } },
      { id: "d", type: "function", function: { name: "f", arguments: "{}" }, index: 0 },
    ],
    feedback: [{ rating: 1, at: "2026-11-21T00:00:00Z", source: "web" }],
    __proto__of: 1,
    span: { kind: "LLM" },
  });
  const trace = traceOfRecord(record);
  expect(trace?.other).toEqual({ span: { kind: "LLM" }, __proto__of: 1 });
  expect(trace?.toolCalls?.[0]).toEqual({ id: "c", name: "shell", arguments: "ls", type: "custom" });
  const { tool_calls: _none, ...message } = (record["messages"] as JsonObject[])[0] as JsonObject;
  expect(recordOfTrace(trace as Trace)).toEqual({ ...record, messages: [message] });
});

test.each<JsonObject>([
  { prompt: { path: "x", versionId: 1 } },
  { prompt: { path: 1 } },
  { usage: { input_tokens: "1" } },
  { messages: [{ role: "user", content: "Hi", toolCalls: 1 }] },
  { messages: [{ role: "user", content: 5 }] },
  { messages: [{ content: "Hi" }] },
  { messages: "Hi" },
  { tool_calls: [{ id: "c", name: "f", function: { name: "f", arguments: "{}" } }] },
  { tool_calls: [{ id: "c", function: { name: "f", arguments: {} } }] },
  { feedback: [{ at: "2026-11-21T00:00:00Z", betterResponse: "x" }] },
  { feedback: [{ rating: 1 }] },
  { inputs: ["x"] },
  { latency_ms: "5 ms" },
  { saved: "no" },
])("a member with an unexpected type is kept unchanged: %j", (members) => {
  const record = { trace_id: "t", started_at: "2026-11-21T00:00:00Z", ...members };
  expect(traceOfRecord(record)).toEqual({ traceId: "t", startedAt: record.started_at, other: members });
  expect(recordOfTrace(traceOfRecord(record) as Trace)).toEqual(record);
});

test("a key named __proto__ is a key", () => {
  const line =
    '{"trace_id":"t","started_at":"2026-11-21T00:00:00Z","inputs":{"__proto__":{"a":1}},"__proto__":{"b":2}}';
  expect(JSON.stringify(recordOfTrace(traceOfRecord(JSON.parse(line)) as Trace))).toBe(line);
});

test.each([
  ["no id", { started_at: "2026-11-21T00:00:00Z" }],
  ["no start", { trace_id: "t" }],
  ["an id that is no text", { trace_id: 1, started_at: "2026-11-21T00:00:00Z" }],
])("a record with %s is no trace", (_, record) => {
  expect(traceOfRecord(record)).toBeUndefined();
});

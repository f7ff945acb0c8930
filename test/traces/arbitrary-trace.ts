import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../src/core/data/json.ts";
import type { ChatMessage, ToolCall } from "../../src/core/prompt/message.ts";
import type { Trace, TraceFeedback } from "../../src/core/trace.ts";
import { traceFields } from "../../src/traces/trace-record.ts";

// Any JSON value, except those that change in a round trip (-0).
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as JsonValue);
const object = fc.dictionary(fc.string(), json) as fc.Arbitrary<JsonObject>;
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("a\nb\u2028"));
const count = fc.nat();
const known = new Set(traceFields.map(({ name }) => name));

const optional = <Value extends object>(
  model: { [Key in keyof Value]: fc.Arbitrary<Value[Key]> },
  always: (keyof Value)[],
) => fc.record(model, { requiredKeys: always as never }) as unknown as fc.Arbitrary<Value>;

const toolCall = optional<ToolCall>({ id: text, name: text, arguments: text }, ["id", "name", "arguments"]);
const message = optional<ChatMessage>(
  {
    role: text,
    content: fc.oneof(text, fc.constant(null), fc.array(object)),
    name: text,
    toolCalls: fc.array(toolCall),
    toolCallId: text,
  } as never,
  ["role", "content"],
);
const feedback = optional<TraceFeedback>(
  {
    rating: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    betterResponse: text,
    comment: text,
    at: text,
    by: text,
  } as never,
  ["at"],
);
const cost = fc.oneof(fc.constant(null), count);

/** Traces with any known and unknown members. */
export const arbitraryTrace = optional<Trace>(
  {
    traceId: text,
    startedAt: text,
    endedAt: text,
    parentId: text,
    chainId: text,
    chatId: text,
    eventId: text,
    feedbackKey: text,
    name: text,
    prompt: fc.record({ path: text, version: count, versionId: text, template: text }, { requiredKeys: [] }),
    inputs: object,
    messages: fc.array(message),
    output: fc.oneof(text, fc.constant(null)),
    outputMessage: message,
    toolCalls: fc.array(toolCall),
    model: text,
    provider: text,
    parameters: object,
    usage: fc.record(
      { inputTokens: count, outputTokens: count, reasoningTokens: count },
      { requiredKeys: [] },
    ),
    promptCostUsd: cost,
    outputCostUsd: cost,
    costUsd: cost,
    finishReason: text,
    error: text,
    latencyMs: count,
    environment: text,
    source: text,
    user: text,
    metadata: object,
    sourceDatapointId: text,
    sampleIndex: count,
    saved: fc.boolean(),
    stdout: text,
    providerLatencyMs: count,
    providerRequest: json,
    providerResponse: json,
    feedback: fc.array(feedback),
    other: fc.dictionary(
      fc.string().filter((name) => !known.has(name)),
      json,
      { minKeys: 1 },
    ),
  } as never,
  ["traceId", "startedAt"],
);

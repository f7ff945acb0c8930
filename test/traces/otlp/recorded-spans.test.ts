import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../../src/core/data/json.ts";
import type { Trace } from "../../../src/core/trace.ts";
import { readTelemetry } from "../../../src/traces/otlp/envelopes/index.ts";
import { describeLeftOut, sumLeftOut } from "../../../src/traces/otlp/left-out.ts";
import { joinLogs } from "../../../src/traces/otlp/log-events.ts";
import { tracesOfSpans } from "../../../src/traces/otlp/traces-of-otlp.ts";

/**
 * Spans recorded from the named libraries against a server that speaks OpenAI's protocol, shortened: ids, times and
 * attributes that no convention reads are rewritten or removed.
 */
function recorded(name: string) {
  const lines = readFileSync(new URL(`fixtures/${name}.jsonl`, import.meta.url), "utf8")
    .trim()
    .split("\n");
  const all = lines.map((line) => readTelemetry(JSON.parse(line) as JsonValue));
  const spans = all.flatMap((telemetry) => telemetry?.spans ?? []);
  const logs = all.flatMap((telemetry) => telemetry?.logs ?? []);
  const { traces, leftOut } = tracesOfSpans(joinLogs(spans, logs));
  return { traces, leftOut: sumLeftOut(leftOut).map(describeLeftOut) };
}

const system = { role: "system", content: "Answer shortly." };
const user = { role: "user", content: "Weather in Paris?" };
const call = { id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' };
const called = { role: "assistant", content: null, toolCalls: [call] };
const usage = { inputTokens: 20, outputTokens: 2 };
const model = "gpt-4o-2024-08-06";
const answer = { output: "Rainy.", usage };
const toolCall = { toolCalls: [call], usage };

const calls = [
  { messages: [system, user], model, ...answer, parameters: { temperature: 0.5 } },
  { messages: [system, user], model, ...toolCall },
  { messages: [system, user], model, ...answer },
  { messages: [system, user], model, ...answer },
];
const agentCalls = (result: string) => [
  { messages: [system, user], ...toolCall },
  { messages: [system, user, called, { role: "tool", content: result, toolCallId: "call_1" }], ...answer },
];
const vercelCalls = [
  ...agentCalls('{"f":57}'),
  { messages: [user], model, ...answer },
  { messages: [{ role: "user", content: "x" }], model },
];
const vercelLeftOut = [
  "1 span of ai: calls of tools",
  "3 spans of ai: outer spans, which repeat their model calls",
];

interface Case {
  readonly source: string;
  readonly file: string;
  readonly traces: readonly object[];
  readonly leftOut: readonly string[];
}

const cases: readonly Case[] = [
  {
    source: "openinference-instrumentation-openai 0.1.66 (PyPI)",
    file: "openinference",
    traces: calls,
    leftOut: [],
  },
  {
    source: "opentelemetry-instrumentation-openai 0.62.4 (OpenLLMetry, PyPI)",
    file: "traceloop",
    traces: calls,
    leftOut: [],
  },
  {
    source: "logfire 5.4.0 (PyPI), instrument_openai",
    file: "logfire",
    traces: calls,
    leftOut: ["1 span of logfire.openai: starts of streams, whose answers are in spans of their own"],
  },
  {
    source: "pydantic-ai-slim 2.68.0 (PyPI), version 3 of its conventions",
    file: "pydantic-ai",
    traces: [
      ...agentCalls("57"),
      {
        name: "weather",
        messages: [system, user, called, { role: "tool", content: "57", toolCallId: "call_1" }],
        output: "Rainy.",
        metadata: { span_kind: "agent" },
      },
    ],
    leftOut: ["1 span of pydantic-ai: calls of tools"],
  },
  {
    source: "pydantic-ai-slim 1.0.5 (PyPI), version 1 of its conventions",
    file: "pydantic-ai-1",
    traces: [
      ...agentCalls("57"),
      {
        name: "weather",
        messages: [system, user, called, { role: "tool", content: "57", toolCallId: "call_1" }],
        output: "Rainy.",
        metadata: { span_kind: "agent" },
      },
    ],
    leftOut: ["1 span of pydantic-ai: calls of tools", "1 span of pydantic-ai: no model call among them"],
  },
  {
    source: "opentelemetry-instrumentation-openai-v2 2.1b0 (PyPI), content in log records before the spans",
    file: "openai-v2",
    traces: calls.slice(0, 3),
    leftOut: [],
  },
  {
    source: "google-adk 1.14.1 (PyPI), with LiteLLM",
    file: "google-adk",
    traces: agentCalls('{"result":"57"}').map((one) => ({
      ...one,
      messages: [
        { ...system, content: 'Answer shortly.\n\nYou are an agent. Your internal name is "weather".' },
        ...one.messages.slice(1),
      ],
      model: "openai/gpt-4o",
      parameters: { tools: [{ type: "function", function: { name: "get_weather" } }] },
    })),
    leftOut: [
      "1 span of gcp.vertex.agent: calls of tools",
      "2 spans of gcp.vertex.agent: agents, whose model calls are spans of their own",
    ],
  },
  ...["strands", "strands-latest"].map((file) => ({
    source: `strands-agents 1.62.0 (PyPI), its tracer, ${file === "strands" ? "default" : "latest"} conventions`,
    file,
    traces: [...agentCalls("57"), { messages: [system, user], metadata: { span_kind: "agent" } }],
    leftOut: [
      "1 span of strands.telemetry.tracer: calls of tools",
      "2 spans of strands.telemetry.tracer: rounds of an agent, which repeat its model calls",
    ],
  })),
  { source: "ai 4.3.19 (npm)", file: "vercel-ai-4", traces: vercelCalls, leftOut: vercelLeftOut },
  { source: "ai 5.0.277 (npm)", file: "vercel-ai-5", traces: vercelCalls, leftOut: vercelLeftOut },
  { source: "ai 6.0.326 (npm)", file: "vercel-ai-6", traces: vercelCalls, leftOut: vercelLeftOut },
];

const withMessages = (traces: readonly Trace[]) =>
  traces.map((trace) => ({ ...trace, messages: trace.messages ?? [] }));

describe.each(cases)("$source", ({ file, traces, leftOut }) => {
  const read = recorded(file);
  it("gives a trace for each model call and agent, and counts the other spans", () => {
    expect(read.traces).toHaveLength(traces.length);
    for (const trace of traces)
      expect(withMessages(read.traces)).toContainEqual(expect.objectContaining(matching(trace)));
    expect([...read.leftOut].sort()).toEqual([...leftOut].sort());
  });

  it("keeps no payload a second time in the metadata", () => {
    for (const { metadata } of read.traces)
      expect(JSON.stringify(metadata ?? {})).not.toContain("Weather in Paris");
  });
});

/** The metadata and parameters of a trace may have more. */
function matching(trace: object): object {
  return Object.fromEntries(
    Object.entries(trace).map(([name, value]) => [
      name,
      name === "metadata" || name === "parameters" ? partOf(value) : value,
    ]),
  );
}

function partOf(value: JsonValue): unknown {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(partOf);
  if (typeof value !== "object" || value === null) return value;
  return expect.objectContaining(
    Object.fromEntries(Object.entries(value).map(([key, one]) => [key, partOf(one)])),
  );
}

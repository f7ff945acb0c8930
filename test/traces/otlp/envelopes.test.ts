import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/core/data/json.ts";
import { readTelemetry } from "../../../src/traces/otlp/envelopes/index.ts";
import { describeLeftOut, sumLeftOut } from "../../../src/traces/otlp/left-out.ts";
import { joinLogs } from "../../../src/traces/otlp/log-events.ts";
import { tracesOfSpans } from "../../../src/traces/otlp/traces-of-otlp.ts";
import { otlpRequest, traceId } from "../../support/otlp-request.ts";

const spanId = "0000000000000001";
const attributes: JsonObject = {
  "gen_ai.operation.name": "chat",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.usage.input_tokens": 20,
  "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"Weather?"}]}]',
  "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"text","content":"Rainy."}]}]',
  "gen_ai.response.finish_reasons": ["stop"],
};
const resource = { attributes: { "service.name": "app" } };
const start = Date.parse("2025-10-09T08:53:20.000Z");

const request = otlpRequest([{ attributes, spanId }], { "service.name": "app" }) as JsonObject;
const jaegerTrace: JsonObject = {
  traceID: traceId,
  spans: [
    {
      traceID: traceId,
      // Jaeger leaves out zeros.
      spanID: "1",
      operationName: "chat m",
      references: [],
      startTime: start * 1000,
      duration: 250_000,
      tags: [
        ...Object.entries(attributes).map(([key, value]) => ({
          key,
          type: typeof value === "number" ? "int64" : "string",
          value: typeof value === "object" ? JSON.stringify(value) : value,
        })),
        { key: "otel.scope.name", type: "string", value: "test-instrumentation" },
      ],
      logs: [],
      processID: "p1",
    },
  ],
  processes: { p1: { serviceName: "app", tags: [] } },
};

const forms: readonly (readonly [string, JsonValue])[] = [
  ["an OTLP request, as of the collector's file exporter", request],
  ["Tempo's API 1 (grafana.com/docs/tempo, query by id)", { batches: request["resourceSpans"] as JsonValue }],
  ["Tempo's API 2", { trace: { resourceSpans: request["resourceSpans"] as JsonValue }, metrics: {} }],
  ["Jaeger's API 3", { result: { resourceSpans: request["resourceSpans"] as JsonValue } }],
  ["Jaeger's UI (jaegertracing.io, JSON of a trace)", { data: [jaegerTrace], total: 0, errors: null }],
  ["a trace in Jaeger's list", jaegerTrace],
  [
    "opentelemetry-sdk 1.45.2 (PyPI), ConsoleSpanExporter",
    {
      name: "chat m",
      context: { trace_id: `0x${traceId}`, span_id: `0x${spanId}`, trace_state: "[]" },
      kind: "SpanKind.CLIENT",
      parent_id: null,
      start_time: "2025-10-09T08:53:20.000000Z",
      end_time: "2025-10-09T08:53:20.250000Z",
      status: { status_code: "UNSET" },
      attributes,
      events: [],
      links: [],
      resource: { ...resource, schema_url: "" },
    },
  ],
  [
    "@opentelemetry/sdk-trace-base 2.12.1 (npm), ConsoleSpanExporter",
    {
      resource,
      instrumentationScope: { name: "test-instrumentation", version: null, schemaUrl: null },
      traceId,
      parentSpanContext: null,
      name: "chat m",
      id: spanId,
      kind: 0,
      timestamp: start * 1000,
      duration: 250_000,
      attributes,
      status: { code: 0 },
      events: [],
      links: [],
    },
  ],
];

describe("a span in", () => {
  it.each(forms)("%s", (_, document) => {
    const { spans = [], problems = [] } = readTelemetry(document) ?? {};
    expect(problems).toEqual([]);
    expect(tracesOfSpans(spans).traces).toMatchObject([
      {
        traceId: `${traceId}-${spanId}`,
        name: "chat m",
        startedAt: "2025-10-09T08:53:20.000Z",
        latencyMs: 250,
        messages: [{ role: "user", content: "Weather?" }],
        output: "Rainy.",
        usage: { inputTokens: 20 },
        finishReason: "stop",
        metadata: { service_name: "app" },
      },
    ]);
  });

  it("Jaeger keeps parents, errors and events", () => {
    const [span] = jaegerTrace["spans"] as JsonObject[];
    const child: JsonObject = {
      ...span,
      spanID: "2",
      references: [{ refType: "CHILD_OF", traceID: traceId, spanID: "1" }],
      tags: [
        { key: "gen_ai.request.model", type: "string", value: "m" },
        { key: "error", type: "bool", value: true },
        { key: "otel.status_description", type: "string", value: "too many" },
      ],
      logs: [
        {
          timestamp: start * 1000,
          fields: [
            { key: "event", type: "string", value: "gen_ai.user.message" },
            { key: "content", type: "string", value: "Hi" },
          ],
        },
      ],
    };
    const { spans = [] } = readTelemetry({ ...jaegerTrace, spans: [span as JsonObject, child] }) ?? {};
    expect(tracesOfSpans(spans).traces[1]).toMatchObject({
      parentId: `${traceId}-${spanId}`,
      error: "too many",
      messages: [{ role: "user", content: "Hi" }],
    });
  });
});

describe("log records", () => {
  const record = (eventName: string, body: JsonObject, place = spanId): JsonObject => ({
    timeUnixNano: "1760000000000000000",
    traceId,
    spanId: place,
    eventName,
    body: {
      kvlistValue: {
        values: Object.entries(body).map(([key, value]) => ({ key, value: value as JsonObject })),
      },
    },
    attributes: [{ key: "gen_ai.system", value: { stringValue: "openai" } }],
  });
  const logs = (records: readonly JsonObject[]): JsonObject => ({
    resourceLogs: [
      {
        resource: { attributes: [] },
        scopeLogs: [{ scope: { name: "openai_v2" }, logRecords: [...records] }],
      },
    ],
  });
  const message = { stringValue: "Weather?" };
  const choice = {
    index: { intValue: "0" },
    finish_reason: { stringValue: "stop" },
    message: { kvlistValue: { values: [{ key: "content", value: { stringValue: "Rainy." } }] } },
  };

  it("complete the span of their call, also if they come later", () => {
    const span = readTelemetry(otlpRequest([{ spanId, attributes: { "gen_ai.request.model": "gpt-4o" } }]));
    const read = readTelemetry(
      logs([record("gen_ai.user.message", { content: message }), record("gen_ai.choice", choice)]),
    );
    const first = tracesOfSpans(span?.spans ?? [], { waits: true });
    expect(first.traces).toEqual([]);
    expect(tracesOfSpans(joinLogs(first.bare, read?.logs ?? [])).traces).toMatchObject([
      {
        traceId: `${traceId}-${spanId}`,
        model: "gpt-4o",
        messages: [{ role: "user", content: "Weather?" }],
        output: "Rainy.",
        finishReason: "stop",
      },
    ]);
  });

  it("without a span are a call of their own, and other records are counted", () => {
    const { logs: events = [], leftOut = [] } =
      readTelemetry(
        logs([
          record("gen_ai.user.message", { content: message }, "00000000000000aa"),
          record("gen_ai.choice", choice, "00000000000000aa"),
          record("", {}),
        ]),
      ) ?? {};
    expect(tracesOfSpans(joinLogs([], events)).traces).toMatchObject([{ output: "Rainy." }]);
    expect(sumLeftOut(leftOut).map(describeLeftOut)).toEqual([
      "1 log record of openai_v2: no event of a model call",
    ]);
  });

  it("metrics are counted", () => {
    const read = readTelemetry({ resourceMetrics: [{ resource: {}, scopeMetrics: [] }] });
    expect(read?.leftOut.map(describeLeftOut)).toEqual(["1 group of metrics: metrics hold no calls"]);
  });
});

describe("another document", () => {
  it.each<JsonValue>([
    null,
    [],
    {},
    { data: [] },
    { data: [{ id: "x" }] },
    { data: [{ spans: [], processes: [] }] },
    { resourceSpans: "x" },
    { resourceSpans: [{ x: 1 }] },
    { batches: [1] },
    { trace: { resourceSpans: {} } },
    { context: { trace_id: "1", span_id: "2" }, attributes: {}, start_time: 1, name: "x" },
    { id: "x", traceId: "y", timestamp: "t", attributes: {} },
  ])("%j is no telemetry", (document) => {
    expect(readTelemetry(document)).toBeUndefined();
  });

  it("wrong types at every member are problems or absent, never an exception", () => {
    const wrong: readonly JsonValue[] = [null, 1, "x", true, [], {}, [null], [[[]]], { a: { b: [] } }];
    const spoil = (value: JsonValue, path: string[] = []): readonly (readonly string[])[] =>
      typeof value === "object" && value !== null
        ? [
            path,
            ...Object.entries(value).flatMap(([key, member]) => spoil(member as JsonValue, [...path, key])),
          ]
        : [path];
    for (const [, document] of forms) {
      for (const path of spoil(document)) {
        for (const bad of wrong) {
          const copy = structuredClone({ root: document }) as { root: JsonValue };
          let place = copy as unknown as Record<string, JsonValue>;
          for (const key of ["root", ...path].slice(0, -1))
            place = place[key] as unknown as Record<string, JsonValue>;
          place[["root", ...path].at(-1) ?? ""] = bad;
          const read = readTelemetry(copy.root);
          expect(() => tracesOfSpans(joinLogs(read?.spans ?? [], read?.logs ?? []))).not.toThrow();
        }
      }
    }
  });

  it("values nested without end are dropped", () => {
    const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`) as JsonValue;
    const document = { ...(forms.at(-1)?.[1] as JsonObject), attributes: { ...attributes, deep } };
    const [trace] = tracesOfSpans(readTelemetry(document)?.spans ?? []).traces;
    expect(trace?.output).toBe("Rainy.");
    expect(JSON.stringify(trace).length).toBeLessThan(2000);
  });
});

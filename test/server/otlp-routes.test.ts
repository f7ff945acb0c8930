import { gzipSync } from "node:zlib";
import protobuf from "protobufjs/light.js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/core/data/json.ts";
import { otlpGroup } from "../../src/server/otlp-routes.ts";
import { otlpRequest, traceId } from "../support/otlp-request.ts";
import { type ServerWorld, startServer } from "../support/server-world.ts";

let world: ServerWorld;
beforeEach(async () => {
  world = await startServer({ groups: [otlpGroup] });
});
afterEach(() => world.server.close(0));

const attributes = {
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.prompt.0.role": "user",
  "gen_ai.prompt.0.content": "Hello",
  "gen_ai.completion.0.content": "Hi",
  "gen_ai.usage.input_tokens": 1000,
  "gen_ai.usage.output_tokens": 0,
};
const request = otlpRequest([{ attributes }]);
const json = { "content-type": "application/json" };

/** Rewritten from the protocol's .proto: a decoder must not be tested with its own definitions. */
const proto = protobuf.Root.fromJSON({
  nested: {
    Request: { fields: { a: { rule: "repeated", type: "Resource", id: 1 } } },
    Resource: { fields: { b: { rule: "repeated", type: "Scoped", id: 2 } } },
    Scoped: { fields: { c: { rule: "repeated", type: "Span", id: 2 } } },
    Span: {
      fields: {
        trace: { type: "bytes", id: 1 },
        span: { type: "bytes", id: 2 },
        name: { type: "string", id: 5 },
        start: { type: "fixed64", id: 7 },
        end: { type: "fixed64", id: 8 },
        attributes: { rule: "repeated", type: "Pair", id: 9 },
      },
    },
    Pair: { fields: { key: { type: "string", id: 1 }, value: { type: "Value", id: 2 } } },
    Value: {
      oneofs: { either: { oneof: ["text", "whole"] } },
      fields: { text: { type: "string", id: 1 }, whole: { type: "int64", id: 3 } },
    },
    Answer: { fields: { partial: { type: "Partial", id: 1 } } },
    Partial: { fields: { rejected: { type: "int64", id: 1 }, message: { type: "string", id: 2 } } },
  },
});

function protobufRequest(spanBytes: number): Buffer {
  const pairs = Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { text: value } : { whole: value },
  }));
  const span = {
    trace: Buffer.from(traceId, "hex"),
    span: Buffer.alloc(spanBytes, 7),
    name: "chat",
    start: "1760000000000000000",
    end: "1760000000250000000",
    attributes: pairs,
  };
  const type = proto.lookupType("Request");
  return Buffer.from(type.encode(type.fromObject({ a: [{ b: [{ c: [span] }] }] })).finish());
}

async function post(body: string | Buffer, headers: Record<string, string>) {
  const response = await fetch(`${world.address.url}/v1/traces`, { method: "POST", headers, body });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

const kept = {
  messages: [{ role: "user", content: "Hello" }],
  output: "Hi",
  model: "gpt-4o",
  costUsd: expect.closeTo(0.0025, 6),
};

describe("/v1/traces", () => {
  it.each([
    ["plain", JSON.stringify(request), json],
    ["packed", gzipSync(JSON.stringify(request)), { ...json, "content-encoding": "gzip" }],
  ])("accepts JSON, %s", async (_, body, headers) => {
    const { response, bytes } = await post(body, headers);
    expect([response.status, bytes.toString()]).toEqual([200, "{}"]);
    expect(world.traces.kept).toMatchObject([kept]);
  });

  it.each([false, true])("accepts protobuf (packed: %s) and answers in protobuf", async (isPacked) => {
    const body = protobufRequest(8);
    const headers = {
      "content-type": "application/x-protobuf",
      ...(isPacked ? { "content-encoding": "gzip" } : {}),
    };
    const { response, bytes } = await post(isPacked ? gzipSync(body) : body, headers);
    expect([response.status, response.headers.get("content-type"), bytes.length]).toEqual([
      200,
      "application/x-protobuf",
      0,
    ]);
    expect(world.traces.kept).toMatchObject([
      {
        ...kept,
        traceId: `${traceId}-0707070707070707`,
        startedAt: "2025-10-09T08:53:20.000Z",
        latencyMs: 250,
      },
    ]);
  });

  it("stores a span once even if it is sent repeatedly", async () => {
    const more = JSON.stringify(otlpRequest([{ attributes }, { attributes }]));
    for (const body of [JSON.stringify(request), JSON.stringify(request), more, more]) {
      const { response, bytes } = await post(body, json);
      expect([response.status, bytes.toString()]).toEqual([200, "{}"]);
    }
    expect(world.traces.kept.map((trace) => trace.traceId)).toEqual([
      `${traceId}-0000000000000001`,
      `${traceId}-0000000000000002`,
    ]);
  });

  it("reports the number of rejected spans, and accepts the others", async () => {
    const broken = otlpRequest([{ attributes }, { attributes, spanId: "00" }]);
    const { response, bytes } = await post(JSON.stringify(broken), json);
    expect(response.status).toBe(200);
    expect(JSON.parse(bytes.toString())).toEqual({
      partialSuccess: {
        rejectedSpans: 1,
        errorMessage: "resourceSpans[0].scopeSpans[0].spans[1]: the span id must be 8 bytes and not all zero",
      },
    });
    expect(world.traces.kept).toHaveLength(1);
    const packed = await post(protobufRequest(3), { "content-type": "application/x-protobuf" });
    const answer = proto.lookupType("Answer").decode(packed.bytes).toJSON() as { partial: JsonObject };
    expect(answer.partial).toMatchObject({ rejected: "1", message: expect.stringContaining("span id") });
  });

  it.each([
    ["no JSON", "{", json, 400],
    ["no protobuf", Buffer.from([0xff, 0xff, 0xff]), { "content-type": "application/x-protobuf" }, 400],
    ["no gzip", "{}", { ...json, "content-encoding": "gzip" }, 400],
    ["another coding", "{}", { ...json, "content-encoding": "br" }, 415],
    ["a bomb", gzipSync(Buffer.alloc(70_000_000)), { ...json, "content-encoding": "gzip" }, 400],
    ["packed depth", gzipSync("[".repeat(100_000)), { ...json, "content-encoding": "gzip" }, 400],
    ["another type", "{}", { "content-type": "text/plain" }, 415],
  ])("rejects %s as the protocol requires", async (_, body, headers, status) => {
    const { response, bytes } = await post(body, headers);
    expect(response.status).toBe(status);
    expect(JSON.parse(bytes.toString())).toEqual({ code: expect.any(Number), message: expect.any(String) });
    expect(world.traces.kept).toEqual([]);
  });

  it("rejects protobuf that is nested too deep", async () => {
    const nest = (inner: Buffer, id: number) => Buffer.concat([field(id), length(inner), inner]);
    let value = Buffer.from([]);
    // A list in a list in a list …
    for (let depth = 0; depth < 2000; depth++) value = nest(nest(value, 1), 5);
    const pair = nest(value, 2);
    const { response } = await post(nest(nest(nest(nest(pair, 9), 2), 2), 1), {
      "content-type": "application/x-protobuf",
    });
    expect(response.status).toBe(400);
  });
});

function field(id: number): Buffer {
  return Buffer.from([(id << 3) | 2]);
}

function length({ length: size }: Buffer): Buffer {
  const bytes: number[] = [];
  let left = size;
  for (; left > 127; left >>>= 7) bytes.push((left & 127) | 128);
  return Buffer.from([...bytes, left]);
}

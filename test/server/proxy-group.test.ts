import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { brotliCompressSync, deflateRawSync, gzipSync } from "node:zlib";
import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { healthGroup } from "../../src/server/health-routes.ts";
import { createProxyGroup } from "../../src/server/proxy-group.ts";
import { type LoopbackOptions, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { type RawUpstream, startRawUpstream } from "../support/raw-upstream.ts";
import { type ServerWorld, startServer, type WorldOptions } from "../support/server-world.ts";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function startProxy(upstream: string, options: WorldOptions = {}): Promise<ServerWorld> {
  const groups = [createProxyGroup({ prefix: "/v1", upstream }), healthGroup];
  const world = await startServer({ groups, ...options });
  open.push({ close: () => world.server.close(0) });
  return world;
}

async function startModel(options: LoopbackOptions = {}) {
  const model = await startLoopbackOpenAI(options);
  open.push(model);
  const world = await startProxy(model.baseUrl);
  const client = new OpenAI({
    baseURL: `${world.address.url}/v1`,
    apiKey: "sk-test-of-the-caller",
    maxRetries: 0,
  });
  return { model, client, ...world };
}

async function startUpstream(answer: Parameters<typeof startRawUpstream>[0], options: WorldOptions = {}) {
  const upstream: RawUpstream = await startRawUpstream(answer);
  open.push(upstream);
  return { upstream, ...(await startProxy(`${upstream.origin}/base/v1`, options)) };
}

const messages = [
  { role: "system" as const, content: "Answer in one word." },
  { role: "user" as const, content: "What is the capital of France?" },
];

describe("a call through the proxy", () => {
  it("returns the same answer as without it, and records a trace", async () => {
    const { client, traces } = await startModel({ answer: () => "Paris" });
    const direct = await client.chat.completions.create({
      model: "gpt-4o-mini",
      messages,
      temperature: 0.5,
      user: "u1",
    });
    expect(direct.choices[0]?.message.content).toBe("Paris");
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({
      traceId: expect.stringMatching(/^tr_[0-9a-f]{32}$/),
      messages,
      output: "Paris",
      outputMessage: { role: "assistant", content: "Paris" },
      model: "gpt-4o-mini",
      user: "u1",
      parameters: { temperature: 0.5 },
      provider: "127.0.0.1",
      usage: { inputTokens: 13, outputTokens: 2, reasoningTokens: 0 },
      costUsd: expect.any(Number),
      finishReason: "stop",
      source: "proxy",
      startedAt: expect.stringMatching(/Z$/),
      latencyMs: expect.any(Number),
      metadata: { time_to_first_byte_ms: expect.any(Number), http_status: 200 },
    });
  });

  it("records the requested model if another one answers, and its price", async () => {
    const { client, traces } = await startModel({ answer: () => ({ text: "Paris", model: "deployment-7" }) });
    await client.chat.completions.create({ model: "gpt-4o-mini", messages });
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({
      model: "deployment-7",
      providerRequest: { model: "gpt-4o-mini" },
      costUsd: expect.any(Number),
    });
    await client.chat.completions.create({ model: "deployment-7", messages });
    await traces.reached(2);
    expect(traces.kept[1]).not.toHaveProperty("providerRequest");
  });

  it("may be streamed: chunks are unchanged, the trace is assembled", async () => {
    const { client, traces } = await startModel({ answer: () => "one two three" });
    const stream = await client.chat.completions.create({
      model: "m",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    for await (const chunk of stream) pieces.push(chunk.choices[0]?.delta.content ?? "");
    expect(pieces.join("|")).toBe("|one |two |three||");
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({
      output: "one two three",
      finishReason: "stop",
      usage: { inputTokens: 13, outputTokens: 4 },
    });
  });

  it.each([false, true])("keeps tool calls (streamed: %s)", async (stream) => {
    const toolCalls = [{ name: "weather", arguments: '{"city":"Paris"}' }];
    const { client, traces } = await startModel({ answer: () => ({ text: "", toolCalls }) });
    const tools = [{ type: "function" as const, function: { name: "weather", parameters: {} } }];
    const answer = await client.chat.completions.create({ model: "m", messages, tools, stream });
    if (Symbol.asyncIterator in answer) for await (const _ of answer);
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({
      output: null,
      toolCalls: [{ id: "call_0", ...toolCalls[0] }],
      finishReason: "tool_calls",
      parameters: { tools },
    });
  });

  it("may be a text completion", async () => {
    const { client, traces } = await startModel({ answer: () => "tail" });
    await client.completions.create({ model: "m", prompt: "head" });
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({ messages: [{ role: "user", content: "head" }], output: "tail" });
  });

  it("that lists models is forwarded but not recorded", async () => {
    const { client, traces } = await startModel({ models: ["one", "two"] });
    const page = await client.models.list();
    expect(page.data.map(({ id }) => id)).toEqual(["one", "two"]);
    await client.chat.completions.create({ model: "one", messages });
    await traces.reached(1);
    expect(traces.kept).toHaveLength(1);
  });

  it("that is rejected returns the upstream's error, and the key is in no trace", async () => {
    const { client, traces } = await startModel({ apiKey: "another" });
    await expect(client.chat.completions.create({ model: "m", messages })).rejects.toMatchObject({
      status: 401,
      code: "invalid_api_key",
      message: "401 Incorrect API key provided: sk-test-of-the-caller.",
    });
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({
      error: "HTTP 401: Incorrect API key provided: [secret].",
      messages,
      metadata: { http_status: 401 },
    });
    expect(JSON.stringify(traces.kept)).not.toContain("sk-test-of-the-caller");
  });

  it("accepts labels that are not sent upstream", async () => {
    const { client, traces, model } = await startModel();
    const headers = {
      "x-dao-opt-prompt": "main/capital",
      "x-dao-opt-inputs": encodeURIComponent(JSON.stringify({ country: "Österreich\n" })),
      "x-dao-opt-chain": "c1",
      "x-dao-opt-chat": "t1",
      "x-dao-opt-user": "u2",
    };
    await client.chat.completions.create({ model: "m", messages }, { headers });
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({
      name: "main/capital",
      prompt: { path: "main/capital" },
      inputs: { country: "Österreich\n" },
      chainId: "c1",
      chatId: "t1",
      user: "u2",
    });
    const sent = Object.keys(model.requests[0]?.headers ?? {});
    expect(sent.filter((name) => name.startsWith("x-dao-opt"))).toEqual([]);
    expect(model.requests[0]?.headers.authorization).toBe("Bearer sk-test-of-the-caller");
  });
});

describe("what passes", () => {
  const path = "/v1/chat/completions?api-version=2&x=a%2Fb";
  it("is identical byte by byte: method, query, headers, body, status, answer", async () => {
    const answer = Buffer.from(
      '{ "choices" : [ {"message":{"role":"assistant","content":"caf\u00e9"}} ] }\n',
    );
    const { send, upstream, traces } = await startUpstream((_, response) => {
      response.sendDate = false;
      response.writeHead(299, "Odd Enough", [
        ...["Content-Type", "application/json; charset=utf-8", "X-Request-Id", "req_1"],
        ...["Set-Cookie", "a=1", "set-cookie", "b=2", "Connection", "X-Once", "X-Once", "gone"],
        ...["Content-Length", String(answer.length)],
      ]);
      response.end(answer);
    });
    const body = '{"messages" : [ {"role":"user","content":"\\u00e9 \u{1f600}"} ],  "model":"m" }';
    const got = await send("POST", path, {
      headers: {
        "Content-Type": "application/json",
        "OpenAI-Organization": "org",
        "X-Custom": "1",
        te: "trailers",
      },
      body,
    });
    expect([got.status, got.text]).toEqual([299, answer.toString()]);
    expect(got.headers).toMatchObject({ "x-request-id": "req_1", "set-cookie": ["a=1", "b=2"] });
    expect(got.headers).not.toHaveProperty("x-once");
    expect(got.headers).not.toHaveProperty("date");
    const [seen] = upstream.seen;
    expect(seen?.url).toBe("/base/v1/chat/completions?api-version=2&x=a%2Fb");
    expect(seen?.body.toString()).toBe(body);
    expect(seen?.rawHeaders.join("|")).toContain("OpenAI-Organization|org|X-Custom|1");
    expect(seen?.rawHeaders.map((name) => name.toLowerCase())).not.toContain("te");
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({ messages: [{ role: "user", content: "é 😀" }], output: "café" });
  });

  it.each([
    ["GET", "/v1/files/a%2Fb"],
    ["DELETE", "/v1/responses/resp_1"],
    ["PUT", "/v1/x"],
    ["PATCH", "/v1/y?z"],
    ["HEAD", "/v1/models"],
    ["OPTIONS", "/v1/models"],
  ])("may be %s %s", async (method, route) => {
    const { send, upstream } = await startUpstream((_, response) => response.writeHead(204).end());
    const body = method === "PUT" || method === "PATCH" ? "b" : undefined;
    expect((await send(method, route, body === undefined ? {} : { body })).status).toBe(204);
    expect(upstream.seen[0]).toMatchObject({ method, url: `/base${route}`, body: Buffer.from(body ?? "") });
  });

  it.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateRawSync],
  ])("stays compressed with %s, and is read from a copy", async (coding, compress) => {
    const bytes = compress(JSON.stringify({ choices: [{ message: { content: "packed" } }] }));
    const { address, traces, upstream } = await startUpstream((_, response) =>
      response.writeHead(200, { "content-type": "application/json", "content-encoding": coding }).end(bytes),
    );
    const got = await collect(
      post(address.port, { "accept-encoding": "zstd, gzip, br;q=0.5, deflate" }, '{"messages":[]}'),
    );
    expect(got.bytes.equals(bytes)).toBe(true);
    expect(got.response.headers["content-encoding"]).toBe(coding);
    await traces.reached(1);
    expect(traces.kept[0]?.output).toBe("packed");
    expect(upstream.seen[0]?.rawHeaders.join("|")).toContain("accept-encoding|gzip, br;q=0.5, deflate");
  });

  it("may be large, with or without Content-Length, and is then not recorded", async () => {
    const { send, upstream, traces } = await startUpstream((seen, response) =>
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ n: seen.body.length })),
    );
    const large = JSON.stringify({ messages: [{ role: "user", content: "x".repeat(17_000_000) }] });
    expect((await send("POST", "/v1/chat/completions", { body: large })).json).toEqual({ n: large.length });
    const chunked = { "transfer-encoding": "chunked" };
    expect((await send("POST", "/v1/files", { headers: chunked, body: large })).json).toEqual({
      n: large.length,
    });
    expect(upstream.seen).toHaveLength(2);
    await traces.reached(1);
    expect(traces.kept[0]?.metadata).toMatchObject({ too_large_to_record: ["request"] });
    expect(traces.kept[0]).not.toHaveProperty("messages");
  });
});

describe("a stream through the proxy", () => {
  const event = (content: string) =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const streamHead = { "content-type": "text/event-stream" };

  it("forwards headers first and each chunk before the next one arrives", async () => {
    const steps: (() => void)[] = [];
    const { address, traces } = await startUpstream((_, response) => {
      response.writeHead(200, streamHead).flushHeaders();
      steps.push(
        () => response.write(event("one")),
        () => response.write(event("two").slice(0, 20)),
        () => response.end(`${event("two").slice(20)}data: [DONE]\n\n`),
      );
    });
    const response = await headOf(post(address.port, {}, '{"stream":true}'));
    expect(response.headers["content-type"]).toBe("text/event-stream");
    const chunks = response[Symbol.asyncIterator]();
    const next = async () => String((await chunks.next()).value);
    steps[0]?.();
    expect(await next()).toBe(event("one"));
    steps[1]?.();
    expect(await next()).toBe(event("two").slice(0, 20));
    steps[2]?.();
    expect(await next()).toBe(`${event("two").slice(20)}data: [DONE]\n\n`);
    await traces.reached(1);
    expect(traces.kept[0]?.output).toBe("onetwo");
  });

  it("aborted by the caller is aborted upstream too, and the received part is recorded", async () => {
    let hasEnded: (value: unknown) => void = () => {};
    const ended = new Promise((resolve) => {
      hasEnded = resolve;
    });
    const { address, traces } = await startUpstream((_, response) => {
      response.writeHead(200, streamHead).write(event("half"));
      response.on("close", () => hasEnded(response.writableFinished));
    });
    const sent = post(address.port, {}, '{"stream":true}');
    const response = await headOf(sent);
    await response[Symbol.asyncIterator]().next();
    sent.destroy();
    expect(await ended).toBe(false);
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({
      output: "half",
      error: "the caller went away before the answer was complete",
    });
  });

  it("closed by the caller after the whole answer is no failure", async () => {
    const last = { choices: [{ index: 0, delta: { content: "all" }, finish_reason: "stop" }] };
    const { address, traces } = await startUpstream((_, response) => {
      response.writeHead(200, streamHead).write(`data: ${JSON.stringify(last)}\n\n`);
    });
    const sent = post(address.port, {}, '{"stream":true}');
    const response = await headOf(sent);
    await response[Symbol.asyncIterator]().next();
    sent.destroy();
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({ output: "all", finishReason: "stop" });
    expect(traces.kept[0]).not.toHaveProperty("error");
  });

  it("aborted upstream is aborted for the caller", async () => {
    const { address, traces } = await startUpstream((_, response) => {
      response.writeHead(200, streamHead);
      response.write(event("half"), () => response.socket?.destroy());
    });
    const response = await headOf(post(address.port, {}, '{"stream":true}'));
    await expect(async () => {
      for await (const _ of response);
    }).rejects.toMatchObject({ code: "ECONNRESET" });
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({
      output: "half",
      error: expect.stringContaining("the upstream ended the connection"),
    });
  });

  it("with an error event is recorded as an error trace", async () => {
    const { send, traces } = await startUpstream((_, response) =>
      response.writeHead(200, streamHead).end(`${event("a")}data: {"error":{"message":"overloaded"}}\n\n`),
    );
    await send("POST", "/v1/chat/completions", { body: '{"stream":true}' });
    await traces.reached(1);
    expect(traces.kept[0]).toMatchObject({ output: "a", error: "overloaded" });
  });

  it("waits for a slow reader", async () => {
    const chunk = Buffer.alloc(1024 * 1024, "x");
    const total = 64;
    let written = 0;
    const { address } = await startUpstream((_, response) => {
      response.writeHead(200, streamHead);
      const pump = () => {
        while (written < total) {
          written++;
          if (!response.write(chunk)) {
            response.once("drain", pump);
            return;
          }
        }
        response.end();
      };
      pump();
    });
    const response = await headOf(post(address.port, {}, "{}"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    // Sockets buffer a few megabytes; the proxy itself buffers almost nothing.
    expect(written).toBeLessThan(total / 2);
    let bytes = 0;
    for await (const part of response) bytes += (part as Buffer).length;
    expect(bytes).toBe(total * chunk.length);
  });

  it("may be one of 200 at once, all complete and recorded", async () => {
    const waiting: (() => void)[] = [];
    const { address, traces, send } = await startUpstream((seen, response) => {
      const { n } = JSON.parse(seen.body.toString()) as { n: number };
      response.writeHead(200, streamHead).write(event(`${n} `));
      waiting.push(() => response.end(`${event("end")}data: [DONE]\n\n`));
      if (waiting.length === 200) for (const finish of waiting) finish();
    });
    const texts = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const { bytes } = await collect(post(address.port, {}, JSON.stringify({ n, stream: true })));
        return bytes.toString();
      }),
    );
    texts.forEach((text, n) => {
      expect(text).toBe(`${event(`${n} `)}${event("end")}data: [DONE]\n\n`);
    });
    await traces.reached(200);
    const outputs = traces.kept.map(({ output }) => output).sort();
    expect(outputs).toEqual(Array.from({ length: 200 }, (_, n) => `${n} end`).sort());
    expect((await send("GET", "/metrics")).text).toMatch(/dao_opt_streams_total 200/);
  });
});

describe("an upstream or a sink that fails", () => {
  it("is a 502 with a reason if nothing listens there", async () => {
    const { send, traces } = await startProxy("http://127.0.0.1:1/v1");
    const got = await send("POST", "/v1/chat/completions", { body: "{}" });
    expect(got.status).toBe(502);
    expect(got.json).toMatchObject({ error: { code: "upstream_unreachable" } });
    await traces.reached(1);
    expect(traces.kept[0]?.error).toContain("ECONNREFUSED");
  });

  it("is a 502 that names the redirect, also in log and trace, and does not follow it", async () => {
    const elsewhere = await startRawUpstream((_, response) => response.end("{}"));
    open.push(elsewhere);
    for (const status of [301, 302, 303, 307, 308]) {
      const location = `${elsewhere.origin}/v2/chat?api_key=sk-secret-of-the-url`;
      const { upstream, address, traces, logged } = await startUpstream((_, response) => {
        response.writeHead(status, { location }).end("moved");
      });
      const client = new OpenAI({
        baseURL: `${address.url}/v1`,
        apiKey: "sk-test-of-the-caller",
        maxRetries: 0,
      });
      const failed = await client.chat.completions.create({ model: "m", messages }).catch((error) => error);
      const message = `it returned ${status} with a redirect to ${elsewhere.origin}/v2/chat. Requests with a key do not follow redirects`;
      expect(failed).toMatchObject({ status: 502, code: "upstream_redirected" });
      expect(failed.message).toContain(message);
      await traces.reached(1);
      expect(traces.kept[0]).toMatchObject({
        error: `the upstream sent a redirect, which is not followed: ${status} to ${elsewhere.origin}/v2/chat`,
        metadata: { http_status: status },
      });
      expect(logged).toEqual([expect.stringContaining(message)]);
      expect(JSON.stringify([failed.message, traces.kept, logged])).not.toContain("sk-secret-of-the-url");
      expect(upstream.seen).toHaveLength(1);
    }
    expect(elsewhere.seen).toEqual([]);
  });

  it("forwards a 304", async () => {
    const { send } = await startUpstream((_, response) => response.writeHead(304, { location: "/x" }).end());
    expect((await send("GET", "/v1/models")).status).toBe(304);
  });

  it("closes the connection if the upstream closes it without an answer", async () => {
    const { send } = await startUpstream((_, response) => response.socket?.destroy());
    await expect(send("POST", "/v1/chat/completions", { body: "{}" })).rejects.toMatchObject({
      code: "ECONNRESET",
    });
  });

  it("does not affect the call if the sink throws", async () => {
    const { upstream, send, traces, logged } = await startUpstream((_, response) => response.end("{}"));
    Object.assign(traces, {
      append: () => {
        throw new Error("disk full");
      },
    });
    expect((await send("POST", "/v1/chat/completions", { body: "{}" })).status).toBe(200);
    while (logged.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(logged).toEqual(["a call was not recorded: disk full"]);
    expect(upstream.seen).toHaveLength(1);
  });

  it("records open calls before the server closes", async () => {
    const { server, send, traces } = await startUpstream((_, response) => response.end("{}"));
    await send("POST", "/v1/chat/completions", { body: "{}" });
    await server.close(1000);
    expect(traces.kept).toHaveLength(1);
  });
});

describe("a server with keys", () => {
  it("separates its own key from the upstream's, and does not forward it", async () => {
    const { send, upstream } = await startUpstream((_, response) => response.end("{}"), {
      apiKeys: [{ value: "ours-is-long" }, { value: "looking", isReadOnly: true }],
    });
    const call = (headers: Record<string, string>) =>
      send("POST", "/v1/chat/completions", { headers, body: "{}" });
    expect((await call({ authorization: "Bearer sk-theirs" })).status).toBe(401);
    expect((await call({ authorization: "Bearer ours-is-long" })).status).toBe(401);
    expect((await call({ "x-api-key": "looking" })).status).toBe(403);
    expect((await call({ authorization: "Bearer sk-theirs", "x-api-key": "ours-is-long" })).status).toBe(200);
    expect(upstream.seen).toHaveLength(1);
    expect(upstream.seen[0]?.rawHeaders).toContain("Bearer sk-theirs");
    expect(upstream.seen[0]?.rawHeaders).not.toContain("ours-is-long");
  });

  it("without keys forwards X-API-KEY to the upstream", async () => {
    const { send, upstream } = await startUpstream((_, response) => response.end("{}"));
    await send("POST", "/v1/messages", { headers: { "x-api-key": "theirs" }, body: "{}" });
    expect(upstream.seen[0]?.rawHeaders).toContain("theirs");
  });
});

function post(port: number, headers: Record<string, string>, body: string): ClientRequest {
  const sent = request({ port, path: "/v1/chat/completions", method: "POST", headers, agent: false });
  sent.on("error", () => {});
  sent.end(body);
  return sent;
}

function headOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on("response", resolve);
    sent.on("error", reject);
  });
}

async function collect(sent: ClientRequest) {
  const response = await headOf(sent);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { response, bytes: Buffer.concat(chunks) };
}

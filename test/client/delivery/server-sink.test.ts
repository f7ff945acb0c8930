import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { clientSettings } from "../../../src/client/client-settings.ts";
import { createServerSink } from "../../../src/client/delivery/open-sink.ts";
import { retryDelayMs } from "../../../src/client/delivery/post-json.ts";
import { createPostQueue } from "../../../src/client/delivery/post-queue.ts";
import { OpenAI, templateChat } from "../../../src/client/openai.ts";
import type { TraceLosses } from "../../../src/contracts/trace-store.ts";
import type { JsonObject } from "../../../src/core/data/json.ts";
import { traceOfRecord } from "../../../src/traces/trace-record.ts";
import { startLoopbackOpenAI } from "../../support/loopback-openai.ts";

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server for events with scripted answers; 200 by default. */
async function startReceiver(answer: (index: number, response: ServerResponse) => void = () => {}) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
      answer(received.length - 1, response);
      if (!response.writableEnded && !response.destroyed && !response.headersSent) response.end('{"id":"1"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api` };
}

const waits: number[] = [];
const quick = {
  attempts: 5,
  timeoutMs: 200,
  fetch: (url: string, init: RequestInit) => fetch(url, init),
  sleep: async (ms: number) => void waits.push(ms),
  random: () => 0,
};

function sinkFor(url: string, onLoss: (losses: TraceLosses) => void = () => {}, apiKey?: string) {
  const { destination } = clientSettings({ daoOpt: { url, apiKey } }, { env: {} });
  if (destination.kind !== "server") throw new Error("a server was meant");
  return createServerSink(destination, onLoss, quick);
}

const trace = { traceId: "tr_1", startedAt: "2026-11-21T00:00:00.000Z", name: "p", output: "ok" };

describe("a client with a url", () => {
  it("sends Libretto's events with the whole trace, feedback and chains", async () => {
    const { received, url } = await startReceiver();
    const provider = await startLoopbackOpenAI({ answer: () => "Hello" });
    closers.push(() => provider.close());
    const client = new OpenAI({
      apiKey: "sk-0123456789",
      baseURL: provider.baseUrl,
      libretto: { url: `${url}/`, apiKey: "dao-key-0123456789", promptTemplateName: "greet", chatId: "chat" },
    });
    const completion = await client.chat.completions.create({
      model: "gpt-4o-mini",
      temperature: 0,
      messages: templateChat([{ role: "user", content: "Hi {name}" }], { name: "Bo" }),
      libretto: { chainId: "chain", eventId: "event", feedbackKey: "key", context: { a: 1 } },
    });
    await client.sendFeedback({
      feedbackKey: completion.libretto_feedback_key,
      rating: 0.5,
      betterResponse: "Hey",
    });
    await client.sendFeedback({ feedbackKey: "key", isDeleted: true });
    await client.updateChain("chain", "done");
    expect(await client.flush()).toEqual({ count: 0 });

    expect(received.map(({ path }) => path).sort()).toEqual([
      "/api/event",
      "/api/feedback",
      "/api/feedback",
      "/api/v1/updateChain",
    ]);
    for (const { headers, body } of received) {
      expect(headers["x-api-key"]).toBe("dao-key-0123456789");
      expect(headers["content-type"]).toBe("application/json");
      expect(body["apiKey"]).toBe("dao-key-0123456789");
    }
    const bodyOf = (path: string) => received.find((one) => one.path === path)?.body ?? {};
    const { trace: record, ...event } = bodyOf("/api/event");
    expect(event).toMatchObject({
      apiName: "greet",
      promptTemplateName: "greet",
      params: { name: "Bo" },
      prompt: {},
      promptTemplateChat: [{ role: "user", content: "Hi {{name}}" }],
      promptEventId: "event",
      modelParameters: { model: "gpt-4o-mini", modelProvider: "openai", modelType: "chat", temperature: 0 },
      response: "Hello",
      rawResponse: { object: "chat.completion" },
      responseMetrics: { finish_reason: "stop" },
      chatId: "chat",
      chainId: "chain",
      context: { a: 1 },
      feedbackKey: "key",
    });
    expect(traceOfRecord(record as JsonObject)).toMatchObject({
      name: "greet",
      feedbackKey: "key",
      eventId: "event",
      inputs: { name: "Bo" },
      messages: [{ role: "user", content: "Hi Bo" }],
    });
    expect(JSON.stringify(record)).not.toContain("dao-key");
    expect(bodyOf("/api/feedback")).toMatchObject({
      feedback_key: "key",
      rating: 0.5,
      better_response: "Hey",
    });
    expect(bodyOf("/api/v1/updateChain")).toMatchObject({ id: "chain", result: "done" });
  });

  it("has its answer long before a server that hangs", async () => {
    const { url } = await startReceiver((_, response) => response.writeHead(200).write("{"));
    const provider = await startLoopbackOpenAI({ answer: () => "Hello" });
    closers.push(() => provider.close());
    const client = new OpenAI({
      apiKey: "sk-0123456789",
      baseURL: provider.baseUrl,
      daoOpt: { url, promptName: "p" },
    });
    for (let call = 0; call < 20; call++) {
      const { choices } = await client.chat.completions.create({
        model: "m",
        messages: [{ role: "user", content: "x" }],
      });
      expect(choices[0]?.message.content).toBe("Hello");
    }
  });
});

describe("delivery to a server", () => {
  it("retries temporary errors and broken connections, and waits longer each time", async () => {
    waits.length = 0;
    const { received, url } = await startReceiver((index, response) => {
      if (index === 0) response.writeHead(503).end();
      if (index === 1) response.socket?.destroy();
      if (index === 2) response.writeHead(429, { "retry-after": "3" }).end();
    });
    const sink = sinkFor(url);
    sink.append(trace);
    expect(await sink.flush()).toEqual({ count: 0 });
    expect(received).toHaveLength(4);
    expect(waits).toEqual([250, 500, 3000]);
  });

  it("gives up after five attempts, and at once if a retry cannot help", async () => {
    const losses: TraceLosses[] = [];
    const { received, url } = await startReceiver((index, response) => {
      response.writeHead(index === 0 ? 401 : 500).end();
    });
    const sink = sinkFor(url, (lost) => losses.push(lost));
    sink.append(trace);
    await sink.flush();
    expect(received).toHaveLength(1);
    sink.addFeedback("k", { rating: 1, at: "now" });
    const lost = await sink.flush();
    expect(received).toHaveLength(6);
    expect(lost.count).toBe(2);
    expect(lost.reason).toMatch(/^127\.0\.0\.1:\d+ returned 500$/);
    expect(losses.map(({ count }) => count)).toEqual([1, 2]);
  });

  it("counts events for an unreachable or silent server as lost", async () => {
    const gone = sinkFor("http://127.0.0.1:9");
    gone.append(trace);
    expect(await gone.flush()).toMatchObject({ count: 1, reason: expect.stringContaining("127.0.0.1:9") });
    const { url } = await startReceiver((_, response) => response.writeHead(200).write("{"));
    const hanging = sinkFor(url);
    hanging.append(trace);
    expect(await hanging.flush()).toMatchObject({ count: 1 });
  });

  it("holds a bounded number of events, loses the rest, and counts them", async () => {
    const stuck: (() => void)[] = [];
    const queue = createPostQueue(
      {},
      {
        ...quick,
        fetch: () => new Promise((resolve) => stuck.push(() => resolve(new Response("{}")))),
      },
      () => {},
    );
    for (let event = 0; event < 1500; event++) queue.push("http://127.0.0.1:9/event", "{}");
    expect(stuck).toHaveLength(8);
    const flushed = queue.flush();
    while (stuck.length > 0) {
      stuck.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await flushed).toMatchObject({ count: 492, reason: expect.stringContaining("1000 events") });
  });

  it("ends at once when it is given up", async () => {
    const { url } = await startReceiver((_, response) => response.writeHead(200).write("{"));
    const sink = sinkFor(url);
    for (let event = 0; event < 20; event++) sink.append(trace);
    const flushed = sink.flush();
    sink.giveUp();
    expect((await flushed).count).toBe(20);
    sink.append(trace);
    expect((await sink.flush()).count).toBe(21);
  });
});

describe("retryDelayMs", () => {
  it("doubles up to ten seconds, at most a quarter less, and respects the server's wait", () => {
    expect([1, 2, 3, 4, 9].map((attempt) => retryDelayMs(attempt, null, () => 0))).toEqual([
      250, 500, 1000, 2000, 10_000,
    ]);
    expect(retryDelayMs(1, null, () => 1)).toBe(187.5);
    expect(retryDelayMs(1, "2", () => 0)).toBe(2000);
    expect(retryDelayMs(1, "3600", () => 0)).toBe(10_000);
    expect(retryDelayMs(1, "Wed, 21 Oct 2026 07:28:00 GMT", () => 0)).toBe(250);
  });
});

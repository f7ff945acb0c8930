import type { OpenAI } from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { always, type FaultPlan, rateLimited, serverFault } from "../support/loopback-faults.ts";
import type { LoopbackOpenAI, LoopbackOptions } from "../support/loopback-openai.ts";

/** An operation of the SDK. Its result is compared, and so is its error. */
export interface SdkCall {
  readonly name: string;
  readonly run: (client: OpenAI, server: LoopbackOpenAI) => Promise<unknown>;
  readonly answer?: LoopbackOptions["answer"];
  readonly faults?: FaultPlan;
  /** Traces that the recording client creates for it. */
  readonly traces: number;
  /** What reaches the server depends on the machine's speed. */
  readonly isWireTimed?: boolean;
}

const messages: OpenAI.ChatCompletionMessageParam[] = [
  { role: "system", content: "You greet." },
  { role: "user", content: "Say hello" },
];
const model = "gpt-4o-mini";
const chat = { model, messages, temperature: 0.2, seed: 7, user: "u-1", metadata: { a: "b" } };
const answer = () => ({ text: "Hello there, dear friend." });
const colour = z.object({ colour: z.string(), shades: z.array(z.number()) });
const colourAnswer = () => ({ text: '{"colour":"red","shades":[1,2]}' });
const tool = {
  type: "function" as const,
  function: { name: "look", parameters: { type: "object", properties: { at: { type: "string" } } } },
};
const toolAnswer = () => ({ text: "", toolCalls: [{ name: "look", arguments: '{"at":"sky"}' }] });
const twoStep: LoopbackOptions["answer"] = ({ messages: asked = [] }) =>
  asked.some(({ role }) => role === "tool") ? { text: "It is blue." } : toolAnswer();

async function collect(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(stream).text();
}

function runnableTool(calls: unknown[]) {
  return {
    type: "function" as const,
    function: {
      name: "look",
      description: "Looks",
      parameters: { type: "object", properties: { at: { type: "string" } } },
      parse: JSON.parse,
      function: (given: { at: string }) => {
        calls.push(given);
        return `${given.at} is blue`;
      },
    },
  };
}

const chatCalls: readonly SdkCall[] = [
  { name: "chat", answer, traces: 1, run: (client) => client.chat.completions.create(chat) },
  {
    name: "chat with tools",
    answer: toolAnswer,
    traces: 1,
    run: (client) => client.chat.completions.create({ ...chat, tools: [tool], tool_choice: "auto" }),
  },
  {
    name: "chat .withResponse()",
    answer,
    traces: 1,
    run: async (client) => {
      const { data, response, request_id } = await client.chat.completions.create(chat).withResponse();
      return { data, status: response.status, type: response.headers.get("content-type"), request_id };
    },
  },
  {
    name: "chat .asResponse()",
    answer,
    traces: 1,
    run: async (client) => {
      const response = await client.chat.completions.create(chat).asResponse();
      return { status: response.status, isUsed: response.bodyUsed, body: await response.json() };
    },
  },
  {
    name: "chat .asResponse(), then the answer",
    answer,
    traces: 1,
    run: async (client) => {
      const promise = client.chat.completions.create(chat);
      const { status } = await promise.asResponse();
      return { status, data: await promise };
    },
  },
  {
    name: "chat awaited twice",
    answer,
    traces: 1,
    run: async (client) => {
      const promise = client.chat.completions.create(chat);
      const [one, other] = [await promise, await promise];
      return { isSame: one === other, one };
    },
  },
  {
    name: "chat with headers, query and timeout",
    answer,
    traces: 1,
    run: (client) =>
      client.chat.completions.create(chat, {
        headers: { "x-trace": "t1", "user-agent": "mine" },
        query: { a: "1" },
        timeout: 5000,
        idempotencyKey: "once",
      }),
  },
  {
    name: "chat through withOptions",
    answer,
    traces: 1,
    run: (client) =>
      client
        .withOptions({ timeout: 4000, defaultHeaders: { "x-team": "blue" } })
        .chat.completions.create(chat),
  },
  {
    name: "chat stream",
    answer,
    traces: 1,
    run: async (client) => collect(await client.chat.completions.create({ ...chat, stream: true })),
  },
  {
    name: "chat stream with usage",
    answer,
    traces: 1,
    run: async (client) =>
      collect(
        await client.chat.completions.create({
          ...chat,
          stream: true,
          stream_options: { include_usage: true },
        }),
      ),
  },
  {
    name: "chat stream .withResponse()",
    answer,
    traces: 1,
    run: async (client) => {
      const { data, response } = await client.chat.completions
        .create({ ...chat, stream: true })
        .withResponse();
      return { status: response.status, class: data.constructor.name, chunks: await collect(data) };
    },
  },
  {
    name: "chat stream .asResponse()",
    answer,
    traces: 1,
    run: async (client) =>
      (await client.chat.completions.create({ ...chat, stream: true }).asResponse()).text(),
  },
  {
    name: "chat stream .tee()",
    answer,
    traces: 1,
    run: async (client) => {
      const [left, right] = (await client.chat.completions.create({ ...chat, stream: true })).tee();
      return Promise.all([collect(left), collect(right)]);
    },
  },
  {
    name: "chat stream .toReadableStream()",
    answer,
    traces: 1,
    run: async (client) =>
      readAll((await client.chat.completions.create({ ...chat, stream: true })).toReadableStream()),
  },
  {
    name: "chat stream left early",
    answer,
    traces: 1,
    run: async (client) => {
      const stream = await client.chat.completions.create({ ...chat, stream: true });
      for await (const chunk of stream) return { chunk, isAborted: stream.controller.signal.aborted };
      return undefined;
    },
  },
  {
    name: "chat stream read twice",
    answer,
    traces: 1,
    run: async (client) => {
      const stream = await client.chat.completions.create({ ...chat, stream: true });
      await collect(stream);
      return collect(stream);
    },
  },
  {
    name: "chat.completions.stream",
    answer,
    traces: 1,
    run: async (client) => {
      const events: string[] = [];
      const runner = client.chat.completions.stream(chat);
      runner.on("content", (delta) => events.push(delta));
      runner.on("end", () => events.push("end"));
      const final = await runner.finalChatCompletion();
      return { final, content: await runner.finalContent(), events, usage: await runner.totalUsage() };
    },
  },
  {
    name: "chat.completions.stream iterated",
    answer,
    traces: 1,
    run: async (client) => collect(client.chat.completions.stream(chat)),
  },
  {
    name: "chat.completions.runTools",
    answer: twoStep,
    traces: 2,
    run: async (client) => {
      const calls: unknown[] = [];
      const runner = client.chat.completions.runTools({ ...chat, tools: [runnableTool(calls)] });
      return { content: await runner.finalContent(), calls, messages: runner.messages };
    },
  },
  {
    name: "chat.completions.runTools, streamed",
    answer: twoStep,
    traces: 2,
    run: async (client) => {
      const calls: unknown[] = [];
      const runner = client.chat.completions.runTools({
        ...chat,
        stream: true,
        tools: [runnableTool(calls)],
      });
      const chunks = await collect(runner);
      return { chunks, content: await runner.finalContent(), calls };
    },
  },
  {
    name: "chat.completions.parse",
    answer: colourAnswer,
    traces: 1,
    run: (client) =>
      client.chat.completions.parse({ ...chat, response_format: zodResponseFormat(colour, "colour") }),
  },
];

const otherCalls: readonly SdkCall[] = [
  {
    name: "completions",
    answer,
    traces: 1,
    run: (client) => client.completions.create({ model, prompt: "Say hello", max_tokens: 9 }),
  },
  {
    name: "completions stream",
    answer,
    traces: 1,
    run: async (client) =>
      collect(await client.completions.create({ model, prompt: ["Say hello"], stream: true })),
  },
  {
    name: "responses",
    answer,
    traces: 1,
    run: (client) => client.responses.create({ model, instructions: "You greet.", input: "Say hello" }),
  },
  {
    name: "responses with tools",
    answer: toolAnswer,
    traces: 1,
    run: (client) =>
      client.responses.create({
        model,
        input: [{ role: "user", content: "Look up" }],
        tools: [{ type: "function", name: "look", strict: false, parameters: {} }],
      }),
  },
  {
    name: "responses .withResponse()",
    answer,
    traces: 1,
    run: async (client) =>
      (await client.responses.create({ model, input: "Say hello" }).withResponse()).data.output_text,
  },
  {
    name: "responses stream",
    answer,
    traces: 1,
    run: async (client) =>
      collect(await client.responses.create({ model, input: "Say hello", stream: true })),
  },
  {
    name: "responses.stream",
    answer,
    traces: 1,
    run: async (client) => {
      const deltas: string[] = [];
      const runner = client.responses.stream({ model, input: "Say hello" });
      runner.on("response.output_text.delta", ({ delta }) => deltas.push(delta));
      return { final: await runner.finalResponse(), deltas };
    },
  },
  {
    name: "responses.parse",
    answer: colourAnswer,
    traces: 1,
    run: (client) =>
      client.responses.parse({ model, input: "A colour", text: { format: zodTextFormat(colour, "colour") } }),
  },
  {
    name: "embeddings",
    answer,
    traces: 0,
    run: (client) => client.embeddings.create({ model: "text-embedding-3-small", input: ["a", "b"] }),
  },
  {
    name: "models",
    traces: 0,
    run: async (client) => collect(client.models.list()),
  },
  {
    name: "a path of one's own",
    answer,
    traces: 1,
    run: (client) => client.post("/chat/completions", { body: chat }),
  },
];

const failures: readonly SdkCall[] = [
  ...[400, 401, 403, 404, 409, 422, 500].map(
    (status): SdkCall => ({
      name: `chat refused with ${status}`,
      faults: always(serverFault(status)),
      traces: 1,
      run: (client) => client.chat.completions.create(chat),
    }),
  ),
  {
    name: "chat limited, then answered",
    answer,
    faults: (index) => (index === 0 ? rateLimited(0) : undefined),
    traces: 1,
    run: (client) => client.chat.completions.create(chat, { maxRetries: 2 }),
  },
  {
    name: "chat refused with HTML",
    faults: always({ kind: "status", status: 502, body: "<html>bad gateway</html>" }),
    traces: 1,
    run: (client) => client.chat.completions.create(chat),
  },
  {
    name: "chat answered with HTML",
    faults: always({ kind: "wrong-content-type" }),
    traces: 1,
    run: (client) => client.chat.completions.create(chat),
  },
  {
    name: "chat whose JSON breaks off",
    faults: always({ kind: "cut-json" }),
    traces: 1,
    run: (client) => client.chat.completions.create(chat),
  },
  {
    name: "chat whose connection drops",
    faults: always({ kind: "drop" }),
    traces: 1,
    run: (client) => client.chat.completions.create(chat),
  },
  {
    name: "chat that times out",
    faults: always({ kind: "hang" }),
    traces: 1,
    isWireTimed: true,
    run: (client) => client.chat.completions.create(chat, { timeout: 50 }),
  },
  {
    name: "chat aborted before",
    faults: always({ kind: "hang" }),
    traces: 1,
    run: (client) => client.chat.completions.create(chat, { signal: AbortSignal.abort() }),
  },
  {
    name: "chat aborted on its way",
    faults: always({ kind: "hang" }),
    traces: 1,
    run: (client, server) => {
      const abort = new AbortController();
      void server.reached(1).then(() => abort.abort());
      return client.chat.completions.create(chat, { signal: abort.signal });
    },
  },
  {
    name: "chat.completions.parse of an answer cut off",
    faults: always({ kind: "length" }),
    answer: colourAnswer,
    traces: 1,
    run: (client) =>
      client.chat.completions.parse({ ...chat, response_format: zodResponseFormat(colour, "colour") }),
  },
  {
    name: "responses refused",
    faults: always(serverFault(400)),
    traces: 1,
    run: (client) => client.responses.create({ model, input: "x" }),
  },
  {
    name: "completions refused",
    faults: always(serverFault(400)),
    traces: 1,
    run: (client) => client.completions.create({ model, prompt: "x" }),
  },
  {
    name: "chat stream refused",
    faults: always(serverFault(401)),
    traces: 1,
    run: (client) => client.chat.completions.create({ ...chat, stream: true }),
  },
  {
    name: "chat stream cut off",
    answer,
    faults: always({ kind: "cut-stream", events: 3, isDropped: true }),
    traces: 1,
    run: async (client) => collect(await client.chat.completions.create({ ...chat, stream: true })),
  },
  {
    name: "chat stream that just ends",
    answer,
    faults: always({ kind: "cut-stream", events: 3, isDropped: false }),
    traces: 1,
    run: async (client) => collect(await client.chat.completions.create({ ...chat, stream: true })),
  },
  {
    name: "chat stream with an error in it",
    answer,
    faults: always({
      kind: "stream-error",
      events: 2,
      error: { message: "Overloaded", type: "server_error" },
    }),
    traces: 1,
    run: async (client) => collect(await client.chat.completions.create({ ...chat, stream: true })),
  },
  {
    name: "chat stream aborted",
    answer,
    faults: always({ kind: "stall", events: 3 }),
    traces: 1,
    run: async (client) => {
      const abort = new AbortController();
      const stream = await client.chat.completions.create(
        { ...chat, stream: true },
        { signal: abort.signal },
      );
      const chunks: unknown[] = [];
      for await (const chunk of stream) {
        chunks.push(chunk);
        if (chunks.length === 3) abort.abort();
      }
      return chunks;
    },
  },
  {
    name: "chat.completions.stream aborted",
    answer,
    faults: always({ kind: "stall", events: 3 }),
    traces: 1,
    run: async (client) => {
      const runner = client.chat.completions.stream(chat);
      runner.on("content", () => runner.abort());
      return runner.finalContent();
    },
  },
  {
    name: "responses.stream cut off",
    answer,
    faults: always({ kind: "cut-stream", events: 5, isDropped: true }),
    traces: 1,
    run: async (client) => client.responses.stream({ model, input: "x" }).finalResponse(),
  },
];

export const sdkCalls: readonly SdkCall[] = [...chatCalls, ...otherCalls, ...failures];

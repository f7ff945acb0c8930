import { OpenAI } from "openai";
import { afterEach, describe, expect, it } from "vitest";
import { faultRate, rateLimited, serverFault } from "./loopback-faults.ts";
import { type LoopbackOpenAI, type LoopbackOptions, startLoopbackOpenAI } from "./loopback-openai.ts";

let server: LoopbackOpenAI | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function client(options: LoopbackOptions = {}): Promise<OpenAI> {
  server = await startLoopbackOpenAI(options);
  return new OpenAI({ baseURL: server.baseUrl, apiKey: "key", maxRetries: 0 });
}

const messages = [{ role: "user" as const, content: "Hello" }];

// The client is the unmodified SDK.
describe("the loopback server", () => {
  it("answers chat completions", async () => {
    const openai = await client({ answer: ({ messages: asked }) => `re: ${asked?.[0]?.content}` });
    const answer = await openai.chat.completions.create({ model: "m", messages });
    expect(answer).toMatchObject({
      model: "m",
      choices: [{ message: { content: "re: Hello" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 2, completion_tokens: 3, total_tokens: 5 },
    });
  });

  it("streams them, with tool calls and usage", async () => {
    const openai = await client({
      answer: () => ({ text: "one two  three", toolCalls: [{ name: "f", arguments: '{"a":1}' }] }),
    });
    const stream = openai.chat.completions.stream({
      model: "m",
      messages,
      stream_options: { include_usage: true },
    });
    let chunks = 0;
    for await (const _ of stream) chunks++;
    const answer = await stream.finalChatCompletion();
    expect(chunks).toBe(7);
    expect(answer).toMatchObject({
      choices: [
        {
          message: {
            content: "one two  three",
            tool_calls: [{ function: { name: "f", arguments: '{"a":1}' } }],
          },
          finish_reason: "tool_calls",
        },
      ],
      usage: { prompt_tokens: 2, completion_tokens: 4 },
    });
  });

  it("answers plain completions and lists models", async () => {
    const openai = await client({ answer: ({ prompt }) => `${prompt}…`, models: ["a", "b"] });
    const answer = await openai.completions.create({ model: "a", prompt: "Once" });
    expect(answer.choices[0]?.text).toBe("Once…");
    const names: string[] = [];
    for await (const { id } of openai.models.list()) names.push(id);
    expect(names).toEqual(["a", "b"]);
  });

  it("rejects unknown keys and models", async () => {
    const openai = await client({ apiKey: "another" });
    await expect(openai.models.list()).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
    await server?.close();
    const other = await client({ models: ["a"] });
    await expect(other.chat.completions.create({ model: "b", messages })).rejects.toMatchObject({
      status: 404,
      code: "model_not_found",
    });
  });

  it("keeps its requests and counts concurrent ones", async () => {
    const openai = await client({ latency: { medianMs: 300, sigma: 0, seed: 1 } });
    await Promise.all([1, 2, 3].map(() => openai.chat.completions.create({ model: "m", messages })));
    expect(server?.requests.map(({ body }) => body.model)).toEqual(["m", "m", "m"]);
    expect(server?.requests[0]?.headers.authorization).toBe("Bearer key");
    expect([server?.count, server?.mostInFlight]).toEqual([3, 3]);
  });

  it("draws its faults by seed", () => {
    const plan = faultRate(0.3, [rateLimited(), serverFault(500)], 5);
    const drawn = Array.from({ length: 1000 }, (_, at) => plan(at));
    const share = drawn.filter((fault) => fault !== undefined).length / 1000;
    expect(share).toBeGreaterThan(0.25);
    expect(share).toBeLessThan(0.35);
    expect(Array.from({ length: 1000 }, (_, at) => plan(at))).toEqual(drawn);
  });
});

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI from "openai";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { collectProxyOutputSchema } from "../../src/cli/commands/collect/output.ts";
import { openTraceStore } from "../../src/traces/open-trace-store.ts";
import type { WireRequest } from "../support/loopback-answers.ts";
import { type LoopbackOpenAI, startLoopbackOpenAI } from "../support/loopback-openai.ts";
import { type RunningCommand, serveCli } from "../support/serve-cli.ts";
import { preparePython } from "./python-venv.ts";

const apiKey = "sk-peers-0123456789abcdef";
let model: LoopbackOpenAI;
let proxy: RunningCommand;
let cwd: string;
let url: string;

beforeEach(async () => {
  model = await startLoopbackOpenAI({ apiKey, models: ["m", "n"], answer });
  cwd = mkdtempSync(join(tmpdir(), "dao-opt-peers-"));
  const argv = ["collect", "proxy", "--json", "--port", "0", "--upstream", model.baseUrl];
  proxy = await serveCli(argv, { cwd });
  url = collectProxyOutputSchema.parse(JSON.parse(proxy.ready)).url;
});
afterEach(async () => {
  await proxy.stop();
  await model.close();
});

function answer({ messages, tools }: WireRequest) {
  const prompt = String(messages?.at(-1)?.content ?? "");
  if (tools !== undefined)
    return { text: "", toolCalls: [{ name: "weather", arguments: '{"city":"Oslo"}' }] };
  return prompt === "a long story" ? "word ".repeat(20_000) : `You said: ${prompt}`;
}

async function recorded() {
  const { exitCode } = await proxy.stop();
  expect(exitCode).toBe(0);
  const store = openTraceStore({ folder: join(cwd, ".dao-opt/traces") });
  const traces = [];
  for await (const trace of store.list()) traces.push(trace);
  await store.close();
  expect(JSON.stringify(traces)).not.toContain(apiKey);
  return traces;
}

describe("the unmodified OpenAI SDK", () => {
  it("of Python gets the same answers through the proxy as without it", async () => {
    const python = await preparePython("openai");
    const run = (baseUrl: string) => python.run("openai_calls.py", { BASE_URL: baseUrl, API_KEY: apiKey });
    const direct = await run(model.baseUrl);
    const proxied = await run(url);
    expect(proxied).toEqual(direct);
    expect(proxied).toMatchObject({
      chat: [200, "application/json", "You said: Hello"],
      stream: ["You said: Hello", 4, expect.any(Number)],
      tools: '{"city":"Oslo"}',
      models: ["m", "n"],
      not_found: [404, "model_not_found", expect.stringContaining("`missing`")],
      unauthorized: [401, "invalid_api_key"],
      aborted: "word ",
    });
    const traces = await recorded();
    const outputs = traces.map(({ output, error }) => error ?? output);
    expect(traces).toHaveLength(57);
    expect(outputs.filter((text) => text?.startsWith("You said: number "))).toHaveLength(50);
    expect(traces[1]).toMatchObject({ output: "You said: Hello", usage: { outputTokens: 4 } });
    expect(traces[2]).toMatchObject({ toolCalls: [{ name: "weather", arguments: '{"city":"Oslo"}' }] });
    expect(outputs).toContain("the caller went away before the answer was complete");
    expect(outputs.some((text) => text?.startsWith("HTTP 404: "))).toBe(true);
  });

  it("of Node does, with helpers, raw responses and aborts", async () => {
    const client = new OpenAI({ baseURL: url, apiKey, maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "Hello" }];
    const { data, response } = await client.chat.completions.create({ model: "m", messages }).withResponse();
    expect([data.choices[0]?.message.content, response.status]).toEqual(["You said: Hello", 200]);
    const runner = client.chat.completions.stream({ model: "m", messages });
    expect(await runner.finalContent()).toBe("You said: Hello");
    expect((await client.responses.create({ model: "m", input: "Hello" })).output_text).toBeTypeOf("string");
    await expect(client.chat.completions.create({ model: "x", messages })).rejects.toMatchObject({
      status: 404,
    });
    const story = [{ role: "user" as const, content: "a long story" }];
    const stream = await client.chat.completions.create({ model: "m", messages: story, stream: true });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) break;
    }
    const traces = await recorded();
    expect(traces.map(({ error, output }) => error ?? output)).toEqual([
      "You said: Hello",
      "You said: Hello",
      expect.any(String),
      "HTTP 404: The model `x` does not exist or you do not have access to it.",
      "the caller went away before the answer was complete",
    ]);
  });
});

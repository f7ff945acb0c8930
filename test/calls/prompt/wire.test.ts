import OpenAI from "openai";
import { afterEach, describe, expect, it } from "vitest";
import type { PromptCallRequest } from "../../../src/calls/prompt/prompt-call.ts";
import type { ModelConfiguration, Template } from "../../../src/core/prompt/prompt.ts";
import { apiKey, type CallWorld, openCallWorld } from "./call-world.ts";

let world: CallWorld;
afterEach(() => world.close());

const tool = { type: "function" as const, function: { name: "f", parameters: { type: "object" } } };
const image = { type: "image_url" as const, image_url: { url: "https://example.com/a.png" } };

interface Case {
  readonly name: string;
  readonly template: Template;
  readonly model: Partial<ModelConfiguration>;
  readonly request: PromptCallRequest;
  /** What an application writes for the same call with the provider's own client. */
  readonly bare: object;
  readonly path?: "/completions";
}

const cases: readonly Case[] = [
  {
    name: "a text template with sampling parameters",
    template: "Say {{a}}",
    model: {
      temperature: 0.5,
      topP: 0.9,
      maxTokens: 20,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      stop: "END",
    },
    request: { inputs: { a: "x" } },
    bare: {
      ...{ messages: [{ role: "user", content: "Say x" }], temperature: 0.5, top_p: 0.9, max_tokens: 20 },
      ...{ presence_penalty: 0.1, frequency_penalty: 0.2, stop: "END" },
    },
  },
  {
    name: "messages with a picture, tool calls and their results",
    template: [{ role: "system", content: "Be brief, {{a}}" }],
    model: { tools: [tool] },
    request: {
      inputs: { a: "x" },
      messages: [
        { role: "user", content: [{ type: "text", text: "what is it?" }, image], name: "ann" },
        { role: "assistant", content: null, toolCalls: [{ id: "c1", name: "f", arguments: "{}" }] },
        { role: "tool", content: "a cat", toolCallId: "c1" },
      ],
      toolChoice: { type: "function", function: { name: "f" } },
      logprobs: 5,
    },
    bare: {
      messages: [
        { role: "system", content: "Be brief, x" },
        { role: "user", content: [{ type: "text", text: "what is it?" }, image], name: "ann" },
        {
          ...{ role: "assistant", content: null },
          tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
        },
        { role: "tool", content: "a cat", tool_call_id: "c1" },
      ],
      ...{ tools: [tool], tool_choice: tool && { type: "function", function: { name: "f" } } },
      ...{ logprobs: true, top_logprobs: 5 },
    },
  },
  {
    name: "a conversation out of a variable",
    template: [
      { role: "developer", content: "Go on." },
      { role: "chat_history", content: "{{chat}}" },
    ],
    model: { responseFormat: { type: "json_object" } },
    request: {
      inputs: {
        chat: [
          { role: "user", content: "hi" },
          { role: "assistant", content: "hello" },
        ],
      },
    },
    bare: {
      messages: [
        { role: "developer", content: "Go on." },
        { role: "user", content: "hi" },
        { role: "assistant", content: "hello" },
      ],
      response_format: { type: "json_object" },
    },
  },
  {
    name: "a text completion",
    template: "Once {{a}}",
    model: { endpoint: "complete", maxTokens: 9, seed: 1 },
    request: { inputs: { a: "upon" }, suffix: "end", logprobs: 2 },
    bare: { prompt: "Once upon", max_tokens: 9, seed: 1, suffix: "end", logprobs: 2 },
    path: "/completions",
  },
];

describe.each(cases)("the wire of $name", ({ template, model, request, bare, path }) => {
  it.each([false, true])("is that of the provider's own client (streamed: %s)", async (isStreamed) => {
    world = await openCallWorld();
    await world.file(template, model);
    if (isStreamed) await world.read(request);
    else await world.call(request);
    const client = new OpenAI({ apiKey, baseURL: world.server.baseUrl });
    const stream = isStreamed ? { stream: true, stream_options: { include_usage: true } } : {};
    const body = { model: "gpt-4o-mini", ...bare, ...stream } as never;
    const answer: unknown = await (path === undefined
      ? client.chat.completions.create(body)
      : client.completions.create(body));
    if (isStreamed) for await (const _ of answer as AsyncIterable<unknown>);
    const [ours, theirs] = world.server.requests;
    expect(ours?.body).toEqual(theirs?.body);
    expect([ours?.method, ours?.path]).toEqual([theirs?.method, theirs?.path]);
    // Everything except what distinguishes a client's build, length or attempt.
    const own =
      /^(content-length|accept-language|sec-fetch-mode|x-stainless-|connection|host|accept-encoding)/;
    const headers = (given: object | undefined) =>
      Object.fromEntries(Object.entries(given ?? {}).filter(([name]) => !own.test(name)));
    expect(headers(ours?.headers)).toEqual(headers(theirs?.headers));
  });
});

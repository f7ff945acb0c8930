import type { WireAnswer } from "../loopback-wire.ts";
import {
  defaultUsage,
  endOf,
  listOf,
  type NeutralAnswer,
  type NeutralUsage,
  type Protocol,
  pieces,
} from "./protocol.ts";

/** docs.cohere.com/v2/reference/chat, "finish_reason" */
const finishReasons = {
  stop: "COMPLETE",
  length: "MAX_TOKENS",
  filter: "ERROR_TOXIC",
  refusal: "ERROR_TOXIC",
  tool_calls: "TOOL_CALL",
} as const;

function usageOf({ input, cached, output }: NeutralUsage = defaultUsage) {
  const tokens = { input_tokens: input, output_tokens: output };
  return { billed_units: tokens, tokens, cached_tokens: cached };
}

function toolCalls({ toolCalls: calls }: NeutralAnswer) {
  return calls?.map(({ id, name, input }) => ({
    ...{ id, type: "function" },
    function: { name, arguments: JSON.stringify(input) },
  }));
}

function whole(answer: NeutralAnswer) {
  const { text = "", reasoning } = answer;
  const calls = toolCalls(answer);
  return {
    id: "c1",
    finish_reason: finishReasons[endOf(answer)],
    message: {
      role: "assistant",
      content: [
        ...(reasoning === undefined ? [] : [{ type: "thinking", thinking: reasoning }]),
        ...(text === "" ? [] : [{ type: "text", text }]),
      ],
      ...(calls === undefined ? {} : { tool_calls: calls }),
    },
    usage: usageOf(answer.usage),
  };
}

/** docs.cohere.com/v2/docs/streaming */
function events(answer: NeutralAnswer, isCut = false): readonly object[] {
  const { text = "", reasoning } = answer;
  const block = (index: number, kind: "text" | "thinking", content: string) => [
    { type: "content-start", index, delta: { message: { content: { type: kind, [kind]: "" } } } },
    ...pieces(content).map((piece) => ({
      ...{ type: "content-delta", index },
      delta: { message: { content: { [kind]: piece } } },
    })),
    { type: "content-end", index },
  ];
  return [
    { type: "message-start", id: "c1", delta: { message: { role: "assistant" } } },
    ...(reasoning === undefined ? [] : block(0, "thinking", reasoning)),
    ...(text === "" ? [] : block(1, "text", text)),
    ...(toolCalls(answer) ?? []).flatMap((call, index) => [
      {
        ...{ type: "tool-call-start", index },
        delta: { message: { tool_calls: { ...call, function: { ...call.function, arguments: "" } } } },
      },
      ...pieces(call.function.arguments).map((piece) => ({
        ...{ type: "tool-call-delta", index },
        delta: { message: { tool_calls: { function: { arguments: piece } } } },
      })),
      { type: "tool-call-end", index },
    ]),
    ...(isCut
      ? []
      : [
          {
            type: "message-end",
            delta: { finish_reason: finishReasons[endOf(answer)], usage: usageOf(answer.usage) },
          },
        ]),
  ];
}

/** docs.cohere.com/v2/reference/errors */
function error(status: number, message: string): WireAnswer {
  return { status, body: { message } };
}

function turnText(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => (part["type"] === "image_url" ? "image" : String(part["text"])))
    .join(" ");
}

function turnOf(message: Readonly<Record<string, unknown>>): string {
  const { role, content } = message;
  const calls = listOf(message["tool_calls"]).map((call) => {
    const called = call["function"] as Readonly<Record<string, unknown>>;
    return `call ${called["name"]} ${called["arguments"]}`;
  });
  const text = role === "tool" ? `result ${turnText(content)}` : turnText(content ?? "");
  return `${role}: ${[...calls, text].filter((part) => part !== "").join(" ")}`;
}

/** Cohere's chat of version 2. */
export const cohereProtocol: Protocol = {
  provider: "cohere",
  model: "command-r7b-12-2024",
  basePath: "/v2",
  keyVariable: "COHERE_API_KEY",
  keyIn: (headers) => (headers["authorization"] as string | undefined)?.replace(/^Bearer /, ""),
  path: /^\/v2\/chat$/,
  isStreamed: (_, body) => body["stream"] === true,
  read: (body) => {
    const messages = listOf(body["messages"]);
    return {
      system: messages
        .filter(({ role }) => role === "system")
        .map(({ content }) => turnText(content))
        .join("\n"),
      turns: messages.filter(({ role }) => role !== "system").map(turnOf),
      temperature: body["temperature"] as number | undefined,
      topP: body["p"] as number | undefined,
      maxTokens: body["max_tokens"] as number | undefined,
      stop: body["stop_sequences"] as readonly string[] | undefined,
      tools: listOf(body["tools"]).map((tool) => String((tool["function"] as { name: string }).name)),
      thinking: body["thinking"],
      cacheMarks: 0,
    };
  },
  whole: (answer) => ({ body: whole(answer) }),
  stream: (answer, isCut) => ({ events: events(answer, isCut) }),
  brokenStream: (text) => ({ events: [...events({ text }, true), { message: "internal server error" }] }),
  errors: {
    auth: error(401, "invalid api token"),
    rate_limit: error(429, "You are using a Trial key, which is limited to 20 API calls / minute."),
    overloaded: error(503, "service unavailable"),
    server: error(500, "internal server error"),
    quota: error(402, "payment required"),
    model_not_found: error(404, "model 'command-x' not found, make sure the correct model ID was used"),
    too_long: error(400, "too many tokens: total number of tokens in the prompt exceeds the context length"),
    refused_parameter: error(422, "temperature is not supported for this model"),
  },
  refused: { member: "temperature", parameters: { temperature: 0.5 } },
  waitMs: undefined,
  countsCached: false,
  countsReasoning: false,
  countsWritten: false,
};

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

const stopReasons = {
  stop: "end_turn",
  length: "max_tokens",
  filter: "refusal",
  refusal: "refusal",
  tool_calls: "tool_use",
} as const;

/** Input tokens do not include cached ones (platform.claude.com/docs/en/build-with-claude/prompt-caching). */
function usageOf({ input, cached, written, output, reasoning }: NeutralUsage = defaultUsage) {
  return {
    input_tokens: input - cached - written,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: written,
    output_tokens: output,
    ...(reasoning === 0 ? {} : { output_tokens_details: { thinking_tokens: reasoning } }),
  };
}

function blocks({ text = "", reasoning, toolCalls = [] }: NeutralAnswer): readonly object[] {
  return [
    ...(reasoning === undefined ? [] : [{ type: "thinking", thinking: reasoning, signature: "sig" }]),
    ...(text === "" ? [] : [{ type: "text", text }]),
    ...toolCalls.map(({ id, name, input }) => ({ type: "tool_use", id, name, input })),
  ];
}

function message(answer: NeutralAnswer) {
  return {
    id: "msg_01",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-5",
    content: blocks(answer),
    stop_reason: stopReasons[endOf(answer)],
    stop_sequence: null,
    usage: usageOf(answer.usage),
  };
}

/** platform.claude.com/docs/en/build-with-claude/streaming */
function events(answer: NeutralAnswer, isCut = false): readonly string[] {
  const event = (type: string, more: object) =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const { text = "", reasoning, toolCalls = [] } = answer;
  const usage = usageOf(answer.usage);
  const block = (index: number, start: object, deltas: readonly object[]) => [
    event("content_block_start", { index, content_block: start }),
    ...deltas.map((delta) => event("content_block_delta", { index, delta })),
    event("content_block_stop", { index }),
  ];
  const starts = [
    ...(reasoning === undefined
      ? []
      : [
          [
            { type: "thinking", thinking: "", signature: "" },
            pieces(reasoning).map((thinking) => ({ type: "thinking_delta", thinking })),
          ] as const,
        ]),
    ...(text === ""
      ? []
      : [
          [
            { type: "text", text: "" },
            pieces(text).map((one) => ({ type: "text_delta", text: one })),
          ] as const,
        ]),
    ...toolCalls.map(
      ({ id, name, input }) =>
        [
          { type: "tool_use", id, name, input: {} },
          pieces(JSON.stringify(input)).map((partial_json) => ({ type: "input_json_delta", partial_json })),
        ] as const,
    ),
  ];
  return [
    event("message_start", {
      message: { ...message({}), content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
    }),
    event("ping", {}),
    ...starts.flatMap(([start, deltas], index) => block(index, start, deltas)),
    ...(isCut
      ? []
      : [
          event("message_delta", {
            delta: { stop_reason: stopReasons[endOf(answer)], stop_sequence: null },
            usage,
          }),
          event("message_stop", {}),
        ]),
  ];
}

/** platform.claude.com/docs/en/api/errors */
function error(status: number, type: string, text: string, headers?: Record<string, string>): WireAnswer {
  return {
    status,
    body: { type: "error", error: { type, message: text }, request_id: "req_1" },
    ...(headers === undefined ? {} : { headers }),
  };
}

function turnText(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => {
      if (part["type"] === "tool_use") return `call ${part["name"]} ${JSON.stringify(part["input"])}`;
      if (part["type"] === "tool_result") {
        const result = part["content"];
        return `result ${typeof result === "string" ? result : turnText(result)}`;
      }
      if (part["type"] === "image") return "image";
      return String(part["text"] ?? part["type"]);
    })
    .join(" ");
}

/** Anthropic's Messages API. */
export const anthropicProtocol: Protocol = {
  provider: "anthropic",
  model: "claude-sonnet-4-5",
  basePath: "/v1",
  keyVariable: "ANTHROPIC_API_KEY",
  keyIn: (headers) => headers["x-api-key"] as string | undefined,
  path: /^\/v1\/messages$/,
  isStreamed: (_, body) => body["stream"] === true,
  read: (body) => ({
    system: listOf(body["system"])
      .map(({ text }) => String(text))
      .join("\n"),
    turns: listOf(body["messages"]).map(({ role, content }) => `${role}: ${turnText(content)}`),
    temperature: body["temperature"] as number | undefined,
    topP: body["top_p"] as number | undefined,
    maxTokens: body["max_tokens"] as number | undefined,
    stop: body["stop_sequences"] as readonly string[] | undefined,
    tools: listOf(body["tools"]).map(({ name }) => String(name)),
    thinking: body["thinking"] ?? body["output_config"],
    cacheMarks: JSON.stringify(body).split('"cache_control"').length - 1,
  }),
  whole: (answer) => ({ body: message(answer) }),
  stream: (answer, isCut) => ({ events: events(answer, isCut) }),
  brokenStream: (text) => ({
    events: [
      ...events({ text }, true),
      `event: error\ndata: ${JSON.stringify({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } })}\n\n`,
    ],
  }),
  errors: {
    auth: error(401, "authentication_error", "invalid x-api-key"),
    rate_limit: error(
      429,
      "rate_limit_error",
      "This request would exceed your organization's rate limit of 50 requests per minute",
      { "retry-after": "7" },
    ),
    overloaded: error(529, "overloaded_error", "Overloaded"),
    server: error(500, "api_error", "Internal server error"),
    // anthropics/claude-code#4208
    quota: error(
      400,
      "invalid_request_error",
      "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
    ),
    model_not_found: error(404, "not_found_error", "model: claude-sonnet-4-5"),
    too_long: error(400, "invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum"),
    // altic-dev/FluidVoice#285
    refused_parameter: error(400, "invalid_request_error", "`temperature` is deprecated for this model."),
  },
  refused: { member: "temperature", parameters: { temperature: 0.5 } },
  waitMs: 7000,
  countsCached: true,
  countsReasoning: true,
  countsWritten: true,
};

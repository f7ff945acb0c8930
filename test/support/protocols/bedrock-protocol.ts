import type { WireAnswer } from "../loopback-wire.ts";
import { eventFrame } from "./event-stream.ts";
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
  filter: "guardrail_intervened",
  refusal: "content_filtered",
  tool_calls: "tool_use",
} as const;

/** docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html */
function usageOf({ input, cached, written, output }: NeutralUsage = defaultUsage) {
  return {
    inputTokens: input - cached - written,
    outputTokens: output,
    totalTokens: input + output,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: written,
  };
}

function content({ text = "", reasoning, toolCalls = [] }: NeutralAnswer): readonly object[] {
  return [
    ...(reasoning === undefined
      ? []
      : [{ reasoningContent: { reasoningText: { text: reasoning, signature: "s" } } }]),
    ...(text === "" ? [] : [{ text }]),
    ...toolCalls.map(({ id, name, input }) => ({ toolUse: { toolUseId: id, name, input } })),
  ];
}

const event = (type: string, payload: object) =>
  eventFrame({ ":event-type": type, ":content-type": "application/json", ":message-type": "event" }, payload);

/** docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
function frames(answer: NeutralAnswer, isCut = false): readonly Buffer[] {
  const { text = "", reasoning, toolCalls = [] } = answer;
  const deltas = (index: number, all: readonly object[]) => [
    ...all.map((delta) => event("contentBlockDelta", { contentBlockIndex: index, delta })),
    event("contentBlockStop", { contentBlockIndex: index }),
  ];
  const hasReasoning = Number(reasoning !== undefined);
  const hasText = Number(text !== "");
  return [
    event("messageStart", { role: "assistant" }),
    ...(reasoning === undefined
      ? []
      : deltas(
          0,
          pieces(reasoning).map((one) => ({ reasoningContent: { text: one } })),
        )),
    ...(text === ""
      ? []
      : deltas(
          hasReasoning,
          pieces(text).map((one) => ({ text: one })),
        )),
    ...toolCalls.flatMap(({ id, name, input }, at) => {
      const index = hasReasoning + hasText + at;
      const start = { toolUse: { toolUseId: id, name } };
      return [
        event("contentBlockStart", { contentBlockIndex: index, start }),
        ...deltas(
          index,
          pieces(JSON.stringify(input)).map((one) => ({ toolUse: { input: one } })),
        ),
      ];
    }),
    ...(isCut
      ? []
      : [
          event("messageStop", { stopReason: stopReasons[endOf(answer)] }),
          event("metadata", { usage: usageOf(answer.usage), metrics: { latencyMs: 1 } }),
        ]),
  ];
}

/** docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html */
function error(status: number, type: string, message: string): WireAnswer {
  return {
    status,
    headers: { "x-amzn-errortype": `${type}:http://internal.amazon.com/` },
    body: { message },
  };
}

function turnText(given: unknown): string {
  return listOf(given)
    .map((part) => {
      const { toolUse: call, toolResult: result } = part as Record<string, Record<string, unknown>>;
      if (call !== undefined) return `call ${call["name"]} ${JSON.stringify(call["input"])}`;
      if (result !== undefined) return `result ${turnText(result["content"])}`;
      if (part["image"] !== undefined) return "image";
      return part["cachePoint"] === undefined ? String(part["text"]) : "";
    })
    .filter((text) => text !== "")
    .join(" ");
}

/** Bedrock's Converse. */
export const bedrockProtocol: Protocol = {
  provider: "bedrock",
  model: "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
  basePath: "",
  keyVariable: "AWS_BEARER_TOKEN_BEDROCK",
  keyIn: (headers) => (headers["authorization"] as string | undefined)?.replace(/^Bearer /, ""),
  path: /^\/model\/us\.anthropic\.claude-sonnet-4-5-20250929-v1%3A0\/converse(-stream)?$/,
  isStreamed: (path) => path.endsWith("/converse-stream"),
  read: (body) => {
    const config = (body["inferenceConfig"] ?? {}) as Readonly<Record<string, unknown>>;
    const more = (body["additionalModelRequestFields"] ?? {}) as Readonly<Record<string, unknown>>;
    const tools = (body["toolConfig"] ?? {}) as Readonly<Record<string, unknown>>;
    return {
      system: turnText(body["system"]),
      turns: listOf(body["messages"]).map(({ role, content: given }) => `${role}: ${turnText(given)}`),
      temperature: config["temperature"] as number | undefined,
      topP: config["topP"] as number | undefined,
      maxTokens: config["maxTokens"] as number | undefined,
      stop: config["stopSequences"] as readonly string[] | undefined,
      tools: listOf(tools["tools"]).flatMap(({ toolSpec }) =>
        toolSpec === undefined ? [] : [String((toolSpec as { name: string }).name)],
      ),
      thinking: more["thinking"] ?? more["output_config"],
      cacheMarks: JSON.stringify(body).split('"cachePoint"').length - 1,
    };
  },
  whole: (answer) => ({
    body: {
      output: { message: { role: "assistant", content: content(answer) } },
      stopReason: stopReasons[endOf(answer)],
      usage: usageOf(answer.usage),
      metrics: { latencyMs: 1 },
    },
  }),
  stream: (answer, isCut) => Buffer.concat(frames(answer, isCut)),
  brokenStream: (text) =>
    Buffer.concat([
      ...frames({ text }, true),
      eventFrame(
        { ":exception-type": "modelStreamErrorException", ":message-type": "exception" },
        { message: "The model stream failed" },
      ),
    ]),
  errors: {
    auth: error(403, "UnrecognizedClientException", "The security token included in the request is invalid."),
    rate_limit: error(429, "ThrottlingException", "Too many requests, please wait before trying again."),
    overloaded: error(503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
    server: error(500, "InternalServerException", "The system encountered an unexpected error."),
    // Ivy-Interactive/Ivy-Tendril#1756
    quota: error(429, "ThrottlingException", "Too many tokens per day, please wait before trying again."),
    model_not_found: error(400, "ValidationException", "The provided model identifier is invalid."),
    too_long: error(400, "ValidationException", "Input is too long for requested model."),
    // cline/cline#10572
    refused_parameter: error(
      400,
      "ValidationException",
      "The model returned the following errors: `temperature` is deprecated for this model.",
    ),
  },
  refused: { member: "temperature", parameters: { temperature: 0.5 } },
  waitMs: undefined,
  countsCached: true,
  countsReasoning: false,
  countsWritten: true,
};

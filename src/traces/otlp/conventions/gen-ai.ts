import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { asText, listIn, numberIn, textIn, unpacked } from "../attribute-values.ts";
import { eventMessages } from "../event-messages.ts";
import type { Convention, OtlpSpan } from "../otlp-span.ts";
import { partMessages, partsText } from "../part-messages.ts";

const parameterNames: Readonly<Record<string, string>> = {
  stop_sequences: "stop",
  "choice.count": "n",
  top_k: "top_k",
};

/**
 * OpenTelemetry's semantic conventions for generative AI: the current ones, and those before 1.37 that use
 * events.
 */
export const genAi: Convention = (span) => {
  const attributes = withDetails(span);
  const output = answerOf(listIn(attributes, "gen_ai.output.messages")) ?? {};
  const fromEvents = eventMessages(span.events);
  const finishReasons = listIn(attributes, "gen_ai.response.finish_reasons");
  const [finishReason] = finishReasons ?? [];
  const prompt = textIn(attributes, "gen_ai.prompt.name");
  return defined({
    messages: inputOf(attributes) ?? fromEvents.messages,
    ...fromEvents.answer,
    ...output,
    model: textIn(attributes, "gen_ai.response.model", "gen_ai.request.model"),
    provider: textIn(attributes, "gen_ai.provider.name", "gen_ai.system"),
    parameters: parametersOf(attributes),
    usage: usageOf(attributes),
    finishReason:
      (typeof finishReason === "string" ? finishReason : undefined) ??
      output.finishReason ??
      fromEvents.answer.finishReason,
    chatId: textIn(attributes, "gen_ai.conversation.id"),
    user: textIn(attributes, "gen_ai.request.user", "gen_ai.user"),
    prompt: prompt === undefined ? undefined : { path: prompt },
  });
};

/** One event may contain attributes that are otherwise on the span. */
function withDetails({ attributes, events }: OtlpSpan): JsonObject {
  const details = events.filter(({ name }) => name === "gen_ai.client.inference.operation.details");
  return Object.assign({}, ...details.map((event) => event.attributes), attributes) as JsonObject;
}

function inputOf(attributes: JsonObject): readonly ChatMessage[] | undefined {
  const list = listIn(attributes, "gen_ai.input.messages");
  const instructions = unpacked(attributes["gen_ai.system_instructions"]);
  const system = Array.isArray(instructions) ? partsText(instructions) : asText(instructions);
  // Instructions alone are those of an agent, not a call.
  if (list === undefined && attributes["gen_ai.output.messages"] === undefined) return undefined;
  if (list === undefined && system === undefined) return undefined;
  return [
    ...(system === undefined ? [] : [{ role: "system", content: system }]),
    ...partMessages(list ?? []),
  ];
}

function answerOf(list: readonly JsonValue[] | undefined): Partial<Trace> | undefined {
  const [first] = list ?? [];
  if (first === undefined) return undefined;
  const finish = isJsonObject(first) ? first["finish_reason"] : undefined;
  return {
    ...messageFields(partMessages([first])[0]),
    ...(typeof finish === "string" ? { finishReason: finish } : {}),
  };
}

function parametersOf(attributes: JsonObject): JsonObject | undefined {
  const prefix = "gen_ai.request.";
  const given = Object.entries(attributes)
    .filter(([key]) => key.startsWith(prefix) && !/^gen_ai\.request\.(model|user)$|\.\d+\./.test(key))
    .map(([key, value]) => {
      const name = key.slice(prefix.length);
      return [parameterNames[name] ?? name.replaceAll(".", "_"), value] as const;
    });
  const tools = listIn(attributes, "gen_ai.tool.definitions");
  const all = [...given, ...(tools === undefined ? [] : [["tools", tools] as const])];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

function usageOf(attributes: JsonObject): Trace["usage"] {
  const usage = defined({
    inputTokens: numberIn(attributes, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    outputTokens: numberIn(attributes, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    reasoningTokens: numberIn(
      attributes,
      "gen_ai.usage.reasoning.output_tokens",
      "gen_ai.usage.reasoning_tokens",
      "gen_ai.usage.details.reasoning_tokens",
    ),
  });
  return Object.keys(usage).length === 0 ? undefined : usage;
}

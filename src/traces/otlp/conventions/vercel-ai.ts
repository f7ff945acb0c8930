import { isJsonObject, type JsonObject } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { asText, listIn, numberIn, objectIn, textIn, unpacked } from "../attribute-values.ts";
import type { Convention } from "../otlp-span.ts";
import { partMessages } from "../part-messages.ts";

const settings: Readonly<Record<string, string>> = {
  maxTokens: "max_tokens",
  maxOutputTokens: "max_tokens",
  topP: "top_p",
  topK: "top_k",
  frequencyPenalty: "frequency_penalty",
  presencePenalty: "presence_penalty",
  stopSequences: "stop",
};

/** The AI SDK (Vercel), versions 3 to 6. */
export const vercelAi: Convention = ({ attributes }) => {
  if (!Object.keys(attributes).some((key) => key.startsWith("ai."))) return {};
  const metadata = below(attributes, "ai.telemetry.metadata.");
  return defined({
    messages: messagesOf(attributes),
    ...answerOf(attributes),
    model: textIn(attributes, "ai.response.model", "ai.model.id"),
    provider: textIn(attributes, "ai.model.provider"),
    parameters: parametersOf(attributes),
    usage: usageOf(attributes),
    finishReason: textIn(attributes, "ai.response.finishReason", "ai.finishReason"),
    name: textIn(attributes, "ai.telemetry.functionId"),
    chatId: textIn(metadata, "sessionId", "session_id", "chatId"),
    user: textIn(metadata, "userId", "user_id"),
    metadata: Object.keys(metadata).length === 0 ? undefined : metadata,
  });
};

function messagesOf(attributes: JsonObject): readonly ChatMessage[] | undefined {
  const list = listIn(attributes, "ai.prompt.messages");
  if (list !== undefined) return partMessages(list);
  const prompt = objectIn(attributes, "ai.prompt");
  if (prompt === undefined) return undefined;
  const { system, messages, prompt: text } = prompt;
  const asked = Array.isArray(messages)
    ? partMessages(messages)
    : [{ role: "user", content: asText(text) ?? "" }];
  return typeof system === "string" ? [{ role: "system", content: system }, ...asked] : asked;
}

function answerOf(attributes: JsonObject): Partial<Trace> {
  const text = textIn(
    attributes,
    "ai.response.text",
    "ai.result.text",
    "ai.response.object",
    "ai.result.object",
  );
  const calls = listIn(attributes, "ai.response.toolCalls", "ai.result.toolCalls") ?? [];
  const thought = textIn(attributes, "ai.response.reasoning", "ai.result.reasoning");
  if (text === undefined && calls.length === 0 && thought === undefined) return {};
  const parts = calls.filter(isJsonObject).map((call) => ({ ...call, type: "tool-call" }));
  const content = [
    ...(thought === undefined ? [] : [{ type: "reasoning", text: thought }]),
    ...(text === undefined ? [] : [{ type: "text", text }]),
    ...parts,
  ];
  return messageFields(partMessages([{ role: "assistant", content }])[0]);
}

function parametersOf(attributes: JsonObject): JsonObject | undefined {
  const given = Object.entries(below(attributes, "ai.settings."))
    .filter(([name]) => !/^(maxRetries|maxSteps|mode|context)/.test(name))
    .map(([name, value]) => [settings[name] ?? name, value] as const);
  const tools = listIn(attributes, "ai.prompt.tools")?.map((tool) => unpacked(tool) ?? null);
  const all = [...given, ...(tools === undefined ? [] : [["tools", tools] as const])];
  return all.length === 0 ? undefined : Object.fromEntries(all);
}

function usageOf(attributes: JsonObject): Trace["usage"] {
  const usage = defined({
    inputTokens: numberIn(attributes, "ai.usage.inputTokens", "ai.usage.promptTokens"),
    outputTokens: numberIn(attributes, "ai.usage.outputTokens", "ai.usage.completionTokens"),
    reasoningTokens: numberIn(attributes, "ai.usage.reasoningTokens"),
  });
  return Object.keys(usage).length === 0 ? undefined : usage;
}

function below(attributes: JsonObject, prefix: string): JsonObject {
  const entries = Object.entries(attributes).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}

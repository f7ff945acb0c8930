import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { Trace } from "../../../core/trace.ts";
import { readChatMessages } from "../../openai/read-request.ts";
import { asText, numberIn, objectIn, textIn, unpacked } from "../attribute-values.ts";
import type { Convention } from "../otlp-span.ts";
import { payloadAnswer, payloadRequest } from "./payloads.ts";

/** MLflow's attributes. Their values are JSON text. */
export const mlflow: Convention = ({ attributes, parentSpanId }) => {
  if (!Object.keys(attributes).some((key) => key.startsWith("mlflow."))) return {};
  const given = unpacked(attributes["mlflow.spanInputs"]);
  const outputs = unpacked(attributes["mlflow.spanOutputs"]);
  const isModel = /CHAT_MODEL|LLM/.test(textIn(attributes, "mlflow.spanType") ?? "");
  const chat = unpacked(attributes["mlflow.chat.messages"]);
  const tools = unpacked(attributes["mlflow.chat.tools"]);
  const request = isModel ? payloadRequest(given) : stepInputs(given);
  const requestId = parentSpanId === undefined ? textOf(attributes["mlflow.traceRequestId"]) : undefined;
  const answer: Partial<Trace> = isModel
    ? payloadAnswer(outputs)
    : outputs == null
      ? {}
      : { output: asText(outputs) ?? null };
  return {
    ...request,
    ...answer,
    ...(isModel && request.messages === undefined && Array.isArray(chat) ? chatFields(chat) : {}),
    ...(isModel && Array.isArray(tools) ? { parameters: { ...request.parameters, tools } } : {}),
    ...defined({
      model: answer.model ?? textOf(attributes["mlflow.llm.model"]),
      provider: textOf(attributes["mlflow.llm.provider"]) ?? textOf(attributes["mlflow.message.format"]),
      usage: usageOf(attributes),
      // MLflow's feedback refers to this id.
      eventId: requestId,
      chatId: textOf(attributes["mlflow.trace.session"]),
      user: textOf(attributes["mlflow.trace.user"]),
      prompt: promptOf(attributes),
    }),
  };
};

/** The arguments of an application function are its variables. */
function stepInputs(given: JsonValue | undefined): ReturnType<typeof payloadRequest> {
  return isJsonObject(given) ? { inputs: given } : given == null ? {} : { inputs: { input: given } };
}

/** In this older attribute the answer is the last message. */
function chatFields(chat: readonly JsonValue[]): Pick<Trace, "messages"> {
  const messages = readChatMessages(chat);
  const isAnswered = messages.length > 1 && messages.at(-1)?.role === "assistant";
  return { messages: isAnswered ? messages.slice(0, -1) : messages };
}

function usageOf(attributes: JsonObject): Trace["usage"] {
  const counts = objectIn(attributes, "mlflow.chat.tokenUsage");
  if (counts === undefined) return undefined;
  return defined({
    inputTokens: numberIn(counts, "input_tokens"),
    outputTokens: numberIn(counts, "output_tokens"),
  });
}

function promptOf(attributes: JsonObject): Trace["prompt"] {
  const linked = unpacked(attributes["mlflow.linkedPrompts"]);
  const [first] = Array.isArray(linked) ? (linked as readonly JsonValue[]) : [];
  if (!isJsonObject(first) || typeof first["name"] !== "string") return undefined;
  return defined({ path: first["name"], version: numberIn(first, "version") });
}

function textOf(value: JsonValue | undefined): string | undefined {
  const text = unpacked(value);
  return typeof text === "string" && text !== "" ? text : undefined;
}

import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { asText, textIn, unpacked } from "../attribute-values.ts";
import { langchainAnswer, langchainMessages } from "../langchain-payload.ts";
import type { Convention } from "../otlp-span.ts";
import { payloadAnswer, payloadRequest } from "./payloads.ts";

/** LangSmith's export to OpenTelemetry: a run's inputs and outputs as JSON, of LangChain or of a wrapped client. */
export const langsmith: Convention = ({ attributes }) => {
  const given = unpacked(attributes["gen_ai.prompt"]);
  const produced = unpacked(attributes["gen_ai.completion"]);
  if (given === undefined && produced === undefined && !("langsmith.span.kind" in attributes)) return {};
  const kind = textIn(attributes, "langsmith.span.kind");
  const isModel = kind === undefined || kind === "llm";
  return {
    ...(isModel ? requestOf(given) : stepOf(given)),
    ...(isModel ? answerOf(produced) : produced == null ? {} : { output: asText(produced) ?? null }),
    ...defined({
      name: textIn(attributes, "langsmith.trace.name"),
      chatId: textIn(
        attributes,
        "langsmith.trace.session_id",
        "langsmith.metadata.session_id",
        "langsmith.metadata.thread_id",
      ),
      metadata: metadataOf(attributes),
    }),
  };
};

function requestOf(value: JsonValue | undefined): Partial<Trace> {
  const messages = langchainMessages(value);
  if (!isJsonObject(value)) return messages === undefined ? payloadRequest(value) : { messages };
  const body = isJsonObject(value["kwargs"]) ? value["kwargs"] : value;
  return { ...payloadRequest(body), ...(messages === undefined ? {} : { messages }) };
}

function answerOf(value: JsonValue | undefined): Partial<Trace> {
  const message = langchainAnswer(value);
  return message === undefined ? payloadAnswer(value) : messageFields(message);
}

function stepOf(value: JsonValue | undefined): Partial<Trace> {
  return value == null ? {} : { inputs: isJsonObject(value) ? value : { input: value } };
}

function metadataOf(attributes: JsonObject): JsonObject | undefined {
  const prefix = "langsmith.metadata.";
  const entries = Object.entries(attributes).filter(([key]) => key.startsWith(prefix));
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key.slice(prefix.length), value]));
}

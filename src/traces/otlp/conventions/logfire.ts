import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { Trace } from "../../../core/trace.ts";
import { numberIn, objectIn, textIn } from "../attribute-values.ts";
import type { Convention } from "../otlp-span.ts";
import { payloadAnswer, payloadRequest } from "./payloads.ts";

/** Logfire's instrumentation of clients: the whole request, and the message of the response. */
export const logfire: Convention = ({ attributes }) => {
  const request = objectIn(attributes, "request_data");
  const response = objectIn(attributes, "response_data");
  if (request === undefined && response === undefined) return {};
  const { messages, inputs: _, ...asked } = request === undefined ? {} : payloadRequest(request);
  return {
    ...asked,
    ...(messages === undefined || messages.length === 0 ? {} : { messages }),
    ...answerOf(response ?? {}),
    ...defined({
      model: textIn(attributes, "gen_ai.response.model") ?? asked.model,
      usage: usageOf(response),
    }),
  };
};

/** `message` of a chat, `text` of a completion, or the joined chunks of a stream. */
function answerOf(response: JsonObject): Partial<Trace> {
  const { message, text, combined_chunk_content: joined } = response;
  const found: JsonValue | undefined = [message, text, joined].find((value) => value != null);
  return found === undefined ? {} : payloadAnswer(found);
}

function usageOf(response: JsonObject | undefined): Trace["usage"] {
  const counts = response?.["usage"];
  if (!isJsonObject(counts)) return undefined;
  return defined({
    inputTokens: numberIn(counts, "prompt_tokens", "input_tokens"),
    outputTokens: numberIn(counts, "completion_tokens", "output_tokens"),
  });
}

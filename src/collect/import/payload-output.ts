import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { type ChatMessage, messageText } from "../../core/message.ts";
import type { Trace } from "../../core/trace.ts";
import { readAnswer } from "../../traces/openai/read-answer.ts";
import { numberIn, unpacked } from "./json-members.ts";
import { messageOf, messagesIn } from "./payload-message.ts";

type OutputFields = Pick<
  Trace,
  "output" | "outputMessage" | "toolCalls" | "usage" | "finishReason" | "providerResponse" | "error"
>;

const wrappers: ReadonlySet<string> = new Set(["output", "text", "content", "completion", "generated_text"]);

/** What tools record as an answer: a body of OpenAI's API, a message, LangChain's generations, a text, or any value. */
export function readOutput(value: JsonValue | undefined): OutputFields {
  const output = unpacked(value);
  if (output === undefined || output === null) return {};
  const known = typeof output === "string" ? undefined : knownAnswer(output);
  if (known !== undefined) return known;
  const wrapped = value === output ? wrappedText(output) : undefined;
  if (wrapped !== undefined) return { output: wrapped };
  // The text as it was, where it only looks like JSON.
  return { output: typeof value === "string" ? value : JSON.stringify(output) };
}

function knownAnswer(output: JsonValue): OutputFields | undefined {
  if (!isJsonObject(output)) {
    const last = messagesIn(output)?.at(-1);
    return last === undefined ? undefined : messageFields(last);
  }
  if (Array.isArray(output["choices"])) return readAnswer("chat", output);
  if (output["object"] === "response" && Array.isArray(output["output"]))
    return readAnswer("responses", output);
  if (Array.isArray(output["generations"])) return generationFields(output);
  const message = messageOf(output) ?? messagesIn(output["messages"])?.at(-1);
  return message === undefined ? undefined : messageFields(message);
}

/** An answer with nothing around it but a name; any other object may be the answer itself. */
function wrappedText(output: JsonValue): string | undefined {
  const [only, ...others] = Object.entries(isJsonObject(output) ? output : {});
  if (only === undefined || others.length > 0) return undefined;
  const [name, text] = only;
  return wrappers.has(name) && typeof text === "string" ? text : undefined;
}

export function messageFields(message: ChatMessage): OutputFields {
  const { toolCalls = [] } = message;
  return {
    output: message.content === null ? null : messageText(message),
    outputMessage: message,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}

/** `{generations: [[{text, message, generation_info}]], llm_output: {token_usage}}` */
function generationFields(output: JsonObject): OutputFields | undefined {
  const [batch] = output["generations"] as readonly JsonValue[];
  const first = Array.isArray(batch) ? (batch as readonly JsonValue[])[0] : batch;
  if (first === undefined || !isJsonObject(first)) return undefined;
  const message = first["message"] === undefined ? undefined : messageOf(first["message"]);
  const info = isJsonObject(first["generation_info"]) ? first["generation_info"] : {};
  const finish = typeof info["finish_reason"] === "string" ? { finishReason: info["finish_reason"] } : {};
  const usage = isJsonObject(output["llm_output"]) ? usageFields(output["llm_output"]["token_usage"]) : {};
  const text = typeof first["text"] === "string" ? { output: first["text"] } : {};
  return { ...(message === undefined ? text : messageFields(message)), ...finish, ...usage };
}

/** Tokens under any of the names that tools give them. */
export function usageFields(value: JsonValue | undefined): Pick<Trace, "usage"> {
  if (!isJsonObject(value)) return {};
  const inputTokens = numberIn(value, "input_tokens", "prompt_tokens", "input", "promptTokens");
  const outputTokens = numberIn(value, "output_tokens", "completion_tokens", "output", "completionTokens");
  if (inputTokens === undefined && outputTokens === undefined) return {};
  const reasoningTokens = numberIn(value, "reasoning_tokens", "output_reasoning_tokens", "output_reasoning");
  return {
    usage: {
      ...(inputTokens === undefined ? {} : { inputTokens }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
      ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    },
  };
}

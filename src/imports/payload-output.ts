import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import { defined } from "../core/defined.ts";
import type { Trace } from "../core/trace.ts";
import { messageFields } from "../traces/answer-of-trace.ts";
import type { AnswerFields } from "../traces/openai/read-answer.ts";
import { readAnswerBody } from "./bodies/read-body.ts";
import { numberMember, parsedMember } from "./json-members.ts";
import { messageOf, messagesIn } from "./payload-message.ts";

const wrappers: ReadonlySet<string> = new Set(["output", "text", "content", "completion", "generated_text"]);

/**
 * Reads a recorded answer: a body of OpenAI's API, a message, LangChain's generations, a string, or any other
 * value.
 */
export function readOutput(value: JsonValue | undefined): AnswerFields {
  const output = parsedMember(value);
  if (output === undefined || output === null) return {};
  const known = typeof output === "string" ? undefined : knownAnswer(output);
  if (known !== undefined) return known;
  const wrapped = value === output ? wrappedText(output) : undefined;
  if (wrapped !== undefined) return { output: wrapped };
  // Keeps the original text, even if it happens to be JSON.
  return { output: typeof value === "string" ? value : JSON.stringify(output) };
}

function knownAnswer(output: JsonValue): AnswerFields | undefined {
  if (!isJsonObject(output)) {
    const last = messagesIn(output)?.at(-1);
    return last === undefined ? undefined : messageFields(last);
  }
  const body = readAnswerBody(output);
  if (body !== undefined) return body.fields;
  if (Array.isArray(output["generations"])) return generationFields(output);
  const message = messageOf(output) ?? messagesIn(output["messages"])?.at(-1);
  return message === undefined ? undefined : { ...messageFields(message), ...finishOf(output) };
}

/** The text of an object whose only member is an answer. Any other object may be the answer itself. */
function wrappedText(output: JsonValue): string | undefined {
  const [only, ...others] = Object.entries(isJsonObject(output) ? output : {});
  if (only === undefined || others.length > 0) return undefined;
  const [name, text] = only;
  return wrappers.has(name) && typeof text === "string" ? text : undefined;
}

/** Reads `{generations: [[{text, message, generation_info}]], llm_output: {token_usage}}`. */
function generationFields(output: JsonObject): AnswerFields | undefined {
  const [batch] = output["generations"] as readonly JsonValue[];
  const first = Array.isArray(batch) ? (batch as readonly JsonValue[])[0] : batch;
  if (first === undefined || !isJsonObject(first)) return undefined;
  const message = first["message"] === undefined ? undefined : messageOf(first["message"]);
  const info = isJsonObject(first["generation_info"]) ? first["generation_info"] : {};
  const finish = { ...finishOf(first["message"]), ...finishOf(info) };
  const usage = isJsonObject(output["llm_output"]) ? usageFields(output["llm_output"]["token_usage"]) : {};
  const text = typeof first["text"] === "string" ? { output: first["text"] } : {};
  return { ...(message === undefined ? text : messageFields(message)), ...finish, ...usage };
}

/**
 * The finish reason under the names of OpenAI or Anthropic, next to the answer or in LangChain's message
 * metadata.
 */
function finishOf(holder: JsonValue | undefined): Pick<Trace, "finishReason"> {
  if (!isJsonObject(holder)) return {};
  const reason = [
    holder["finish_reason"],
    holder["stop_reason"],
    holder["finishReason"],
    holder["stopReason"],
  ].find((one) => typeof one === "string" && one !== "");
  if (typeof reason === "string") return { finishReason: reason };
  const inner = [holder["kwargs"], holder["data"], holder["response_metadata"]].find(isJsonObject);
  return inner === undefined ? {} : finishOf(inner);
}

/** Token counts under any of the names that tools use. */
export function usageFields(value: JsonValue | undefined): Pick<Trace, "usage"> {
  if (!isJsonObject(value)) return {};
  const inputTokens = numberMember(value, "input_tokens", "prompt_tokens", "input", "promptTokens");
  const outputTokens = numberMember(
    value,
    "output_tokens",
    "completion_tokens",
    "output",
    "completionTokens",
  );
  if (inputTokens === undefined && outputTokens === undefined) return {};
  const reasoningTokens = numberMember(
    value,
    "reasoning_tokens",
    "output_reasoning_tokens",
    "output_reasoning",
  );
  return {
    usage: {
      ...defined({ inputTokens, outputTokens, reasoningTokens }),
    },
  };
}

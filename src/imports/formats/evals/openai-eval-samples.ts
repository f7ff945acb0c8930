import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers } from "../../json-members.ts";
import { messagesIn } from "../../payload-message.ts";

const taken = new Set(["input", "ideal"]);

/**
 * Samples of OpenAI Evals, `{input, ideal}`: the input is messages or a text, `ideal` is the expected answer. Several
 * ideal answers stay a list.
 * https://github.com/openai/evals/blob/main/docs/build-eval.md
 */
export const openaiEvalSamples: ImportFormat = {
  name: "openai-eval-samples",
  summary: "samples of OpenAI Evals, {input, ideal}: JSON Lines",
  recognizes: (value) => isJsonObject(value) && isSample(value),
  read: eachValue("openai-eval-samples", (value) => [partOf(value)]),
};

function isSample({ input, ideal }: JsonObject): boolean {
  const isAsked = typeof input === "string" || messagesIn(input) !== undefined;
  const isText = (one: JsonValue): boolean => typeof one === "string";
  return (
    isAsked &&
    (typeof ideal === "string" || (Array.isArray(ideal) && ideal.length > 0 && ideal.every(isText)))
  );
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "a sample is an object with input and ideal" };
  const { input, ideal } = value;
  const isMessages = messagesIn(input) !== undefined;
  if (!isMessages && typeof input !== "string")
    return { problem: "input is neither a text nor a list of messages" };
  const answer = Array.isArray(ideal) && ideal.length === 1 ? (ideal[0] as JsonValue) : ideal;
  const other = leftovers("openai_evals", value, taken);
  return {
    record: {
      inputs: isMessages ? { messages: input as JsonValue } : { input: input as JsonValue },
      ...(answer === undefined || answer === null ? {} : { expectations: { expected_response: answer } }),
      ...(other === undefined ? {} : { other }),
    },
  };
}

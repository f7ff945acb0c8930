import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, parsedMember, valueIn } from "../../json-members.ts";
import { messagesIn } from "../../payload-message.ts";

interface Names {
  readonly input: string;
  readonly contexts: string;
  readonly answer: string;
  readonly references: readonly string[];
}

/** Names of version 0.2 and later, and of version 0.1. */
const current: Names = {
  input: "user_input",
  contexts: "retrieved_contexts",
  answer: "response",
  references: ["reference"],
};
const first: Names = {
  input: "question",
  contexts: "contexts",
  answer: "answer",
  references: ["ground_truth", "ground_truths"],
};
const currentMembers = [
  "retrieved_contexts",
  "reference",
  "response",
  "reference_contexts",
  "rubrics",
  "rubric",
];

/**
 * Samples of a RAGAS evaluation dataset: `{user_input, retrieved_contexts, response, reference}`, and
 * `{question, contexts, answer, ground_truth}` of version 0.1. The reference is the expected answer, the response
 * the recorded one.
 * https://docs.ragas.io/en/stable/concepts/components/eval_dataset/
 */
export const ragas: ImportFormat = {
  name: "ragas",
  summary: "RAGAS samples: JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && namesOf(value) !== undefined,
  read: eachValue("ragas", (value) => [partOf(value)]),
};

function namesOf(value: JsonObject): Names | undefined {
  if ("user_input" in value && currentMembers.some((name) => name in value)) return current;
  const isFirst = typeof value["question"] === "string" && isTexts(value["contexts"]);
  return isFirst && ["answer", ...first.references].some((name) => name in value) ? first : undefined;
}

function isTexts(value: JsonValue | undefined): boolean {
  const list = parsedMember(value);
  return Array.isArray(list) && list.every((one: JsonValue) => typeof one === "string");
}

function partOf(value: JsonValue): Part {
  const names = isJsonObject(value) ? namesOf(value) : undefined;
  if (!isJsonObject(value) || names === undefined)
    return { problem: "neither user_input with retrieved_contexts or reference, nor question with contexts" };
  const input = valueIn(value, names.input);
  if (input === undefined) return { problem: `${names.input} is missing` };
  const contexts = valueIn(value, names.contexts);
  const conversation = Array.isArray(input) ? messagesIn(input.map(typed)) : undefined;
  if (Array.isArray(input) && conversation === undefined)
    return { problem: `${names.input} is a list, but not of messages` };
  const answer = valueIn(value, names.answer);
  const reference = names.references.map((name) => valueIn(value, name)).find((one) => one !== undefined);
  const taken = new Set([names.input, names.contexts, names.answer, ...names.references]);
  const other = leftovers("ragas", value, taken);
  const expected = single(reference);
  return {
    record: {
      inputs: {
        ...(conversation === undefined ? { [names.input]: input } : { messages: listed(input) }),
        ...(contexts === undefined ? {} : { [names.contexts]: contexts }),
      },
      ...(answer === undefined ? {} : { outputs: answer }),
      ...(expected === undefined ? {} : { expectations: { expected_response: expected } }),
      ...(other === undefined ? {} : { other }),
    },
  };
}

/** Messages of RAGAS have a type, `human`, `ai` or `tool`. */
function typed(message: JsonValue): JsonValue {
  return isJsonObject(message) && typeof message["type"] !== "string" && "content" in message
    ? { type: "human", ...message }
    : message;
}

function listed(input: JsonValue): JsonValue {
  const messages = Array.isArray(input) ? messagesIn(input.map(typed)) : undefined;
  return (messages ?? []).map(({ role, content }) => ({ role, content: content as JsonValue }));
}

/** Version 0.1 had a list of ground truths. The only one is the answer; several stay a list. */
function single(reference: JsonValue | undefined): JsonValue | undefined {
  if (!Array.isArray(reference)) return reference;
  return reference.length === 0 ? undefined : reference.length === 1 ? reference[0] : reference;
}

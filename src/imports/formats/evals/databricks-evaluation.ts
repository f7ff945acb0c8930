import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, objectMember, parsedMember, valueIn } from "../../json-members.ts";
import { messagesIn } from "../../payload-message.ts";
import { readOutput } from "../../payload-output.ts";

const expectedMembers = [
  "expected_response",
  "expected_facts",
  "guidelines",
  "expected_retrieved_context",
  "custom_expected",
];
const taken = new Set(["request", "response", ...expectedMembers]);

/**
 * Evaluation sets of Databricks Agent Evaluation (MLflow 2): `{request, response, expected_response, expected_facts,
 * guidelines}`. The request is a text, `{messages}`, `{query, history}`, or any other object of inputs.
 * https://docs.databricks.com/generative-ai/agent-evaluation/evaluation-schema
 */
export const databricksEvaluation: ImportFormat = {
  name: "databricks-evaluation",
  summary: "Databricks Agent Evaluation sets: JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && isEvaluation(value),
  read: eachValue("databricks-evaluation", (value) => [partOf(value)]),
};

function isEvaluation(value: JsonObject): boolean {
  const isOthers = ["inputs", "spans", "databricks_request_id", "dataset_record_id"].some(
    (name) => name in value,
  );
  return (
    !isOthers && "request" in value && [...expectedMembers, "retrieved_context"].some((name) => name in value)
  );
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value) || !isEvaluation(value))
    return { problem: "no request with an expected response, facts, guidelines or context" };
  const request = valueIn(value, "request");
  if (request === undefined || isEmpty(request)) return { problem: "request is missing" };
  const response = valueIn(value, "response");
  const { output, outputMessage } = response === undefined ? {} : readOutput(messageOfResponse(response));
  if (response !== undefined && output === undefined && outputMessage === undefined)
    return { problem: "response has no text" };
  const guidelines = guidelinesOf(valueIn(value, "guidelines"));
  const expectations = defined({
    expected_response: valueIn(value, "expected_response"),
    expected_facts: valueIn(value, "expected_facts"),
    guidelines,
    ...objectMember(value, "custom_expected"),
    expected_retrieved_context: valueIn(value, "expected_retrieved_context"),
  });
  const other = leftovers("databricks", value, taken);
  return {
    record: {
      inputs: inputsOf(request),
      ...(typeof output === "string" ? { outputs: output } : {}),
      ...(Object.keys(expectations).length === 0 ? {} : { expectations }),
      ...(other === undefined ? {} : { other }),
    },
  };
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** A conversation in `messages`; any other object as it is; a text as `request`. */
function inputsOf(request: JsonValue): JsonObject {
  if (!isJsonObject(request)) {
    const messages = messagesIn(request);
    return messages === undefined ? { request } : { messages: request };
  }
  const { query, history, ...rest } = request;
  if (typeof query !== "string" || !Array.isArray(history)) return request;
  return { messages: [...history, { role: "user", content: query }], ...rest };
}

/** The answer of an agent: a completion, `{messages}`, `{content}`, or `[{content}]` of older ones. */
function messageOfResponse(response: JsonValue): JsonValue {
  const value = parsedMember(response) ?? null;
  const last = Array.isArray(value) ? value.at(-1) : value;
  const isBare =
    isJsonObject(last ?? null) && !("role" in (last as JsonObject)) && "content" in (last as JsonObject);
  return isBare ? ((last as JsonObject)["content"] ?? null) : response;
}

/** A list, or named lists. */
function guidelinesOf(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return typeof value === "string" ? [value] : value;
  return Object.values(value).flatMap((one): readonly JsonValue[] => (Array.isArray(one) ? one : [one]));
}

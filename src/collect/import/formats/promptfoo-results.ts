import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import type { TraceDraft } from "../each-value.ts";
import { instantOf, leftovers, numberMember, objectMember, textMember, valueIn } from "../json-members.ts";
import { modelInput } from "../payload-input.ts";
import { usageFields } from "../payload-output.ts";
import { feedbackOfScore } from "../score-feedback.ts";

const members = new Set(
  "id prompt vars response provider latencyMs cost error tokenUsage gradingResult score success".split(" "),
);

/** One cell of promptfoo's matrix: a prompt, variables and what a provider answered. */
export function isResult(value: JsonObject): boolean {
  const vars = value["vars"] ?? objectMember(value, "testCase")?.["vars"];
  return isJsonObject(value["prompt"]) && isJsonObject(vars) && ("response" in value || "error" in value);
}

export function resultTrace(
  value: JsonObject,
  expectationsOf: (asserts: readonly JsonObject[]) => JsonObject,
): TraceDraft {
  const prompt = objectMember(value, "prompt") ?? {};
  const test = objectMember(value, "testCase") ?? {};
  const response = objectMember(value, "response") ?? {};
  const provider = textMember(objectMember(value, "provider") ?? value, "id", "provider");
  const colon = provider?.lastIndexOf(":") ?? -1;
  const { messages } = modelInput(textMember(prompt, "raw"));
  const output = response["output"];
  const grading = objectMember(value, "gradingResult");
  const at = instantOf(value["timestamp"]);
  const asserts = Array.isArray(test["assert"]) ? test["assert"].filter(isJsonObject) : [];
  const expected = expectationsOf(asserts)["expected_response"];
  const name = textMember(prompt, "label");
  const rating = feedbackOfScore({
    name: "promptfoo",
    value: numberMember(value, "score") ?? numberMember(grading ?? {}, "score") ?? null,
    comment: textMember(grading ?? {}, "reason"),
    at,
  }).map((one) => (typeof expected === "string" ? { ...one, betterResponse: expected } : one));
  return {
    traceId: textMember(value, "id"),
    startedAt: at,
    name,
    inputs: objectMember(value, "vars") ?? objectMember(test, "vars"),
    messages,
    output:
      output === undefined || output === null || typeof output === "string" ? output : JSON.stringify(output),
    model: provider === undefined ? undefined : provider.slice(colon + 1),
    provider: colon <= 0 ? undefined : provider?.slice(0, provider.indexOf(":")),
    latencyMs: numberMember(value, "latencyMs"),
    costUsd: numberMember(value, "cost") ?? numberMember(response, "cost"),
    ...usageFields(tokensOf(valueIn(response, "tokenUsage") ?? valueIn(value, "tokenUsage"))),
    // A failed assertion is told there too; only a response says whether there was an answer.
    error: output === undefined ? (textMember(response, "error") ?? textMember(value, "error")) : undefined,
    ...(rating.length === 0 ? {} : { feedback: rating }),
    other: leftovers("promptfoo", value, members),
  };
}

function tokensOf(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  return { input_tokens: value["prompt"] ?? null, output_tokens: value["completion"] ?? null };
}

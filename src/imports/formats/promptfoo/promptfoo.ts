import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import { instantOf, leftovers, numberMember, objectMember, textMember, valueIn } from "../../json-members.ts";
import { usageFields } from "../../payload-output.ts";
import { feedbackOfScore } from "../../score-feedback.ts";
import { modelInput } from "../../span-trace.ts";
import { columnsTest, expectationsOf, varsParts } from "./promptfoo-tests.ts";

/**
 * promptfoo's test files (a list of tests, a config with `tests`, CSV with `__expected`) and results
 * (`--output results.json` or `.jsonl`).
 * https://www.promptfoo.dev/docs/configuration/test-cases
 */
export const promptfoo: ImportFormat = {
  name: "promptfoo",
  summary: "promptfoo tests (YAML, JSON Lines, CSV) and results (JSON, JSON Lines)",
  recognizes: (value) => isJsonObject(value) && kindOf(value) !== undefined,
  read: eachValue("promptfoo", parts),
};

type Kind = "results" | "result" | "config" | "test" | "columns";

function kindOf(value: JsonObject): Kind | undefined {
  if (Array.isArray(objectMember(value, "results")?.["results"])) return "results";
  if (isResult(value)) return "result";
  if ("tests" in value && ("prompts" in value || "providers" in value || "targets" in value)) return "config";
  if (isJsonObject(value["vars"]) && !("inputs" in value)) return "test";
  return Object.keys(value).some((name) =>
    /^__(expected\d*|description|prefix|suffix|metric|threshold)$/.test(name),
  )
    ? "columns"
    : undefined;
}

function* parts(value: JsonValue): Generator<Part> {
  const kind = isJsonObject(value) ? kindOf(value) : undefined;
  if (!isJsonObject(value) || kind === undefined) {
    yield { problem: "neither a test (vars), a config (tests) nor a result" };
  } else if (kind === "results") {
    const list = objectMember(value, "results")?.["results"];
    for (const [position, one] of (Array.isArray(list) ? list : []).entries())
      yield { ...resultPart(one), at: ["results", "results", position] };
  } else if (kind === "result") yield resultPart(value);
  else if (kind === "config") yield* configParts(value);
  else if (kind === "columns") yield columnsTest(value);
  else yield* varsParts(value, {});
}

function resultPart(value: JsonValue): Part {
  if (isJsonObject(value) && isResult(value)) return { trace: resultTrace(value, expectationsOf) };
  return { problem: "a result without vars and prompt" };
}

function* configParts(config: JsonObject): Generator<Part> {
  const { tests } = config;
  const shared = objectMember(objectMember(config, "defaultTest") ?? {}, "vars") ?? {};
  const list: readonly JsonValue[] = Array.isArray(tests) ? tests : [tests ?? null];
  for (const [position, test] of list.entries()) {
    const at = Array.isArray(tests) ? ["tests", position] : ["tests"];
    const parts: Iterable<Part> = isJsonObject(test)
      ? varsParts(test, shared)
      : [{ problem: `the tests are in another file (${JSON.stringify(test)}): import that file too` }];
    for (const part of parts) yield { ...part, at };
  }
}

const members = new Set(
  "id prompt vars response provider latencyMs cost error tokenUsage gradingResult score success".split(" "),
);

/** One cell of promptfoo's matrix: a prompt, variables and the answer of a provider. */
function isResult(value: JsonObject): boolean {
  const vars = value["vars"] ?? objectMember(value, "testCase")?.["vars"];
  return isJsonObject(value["prompt"]) && isJsonObject(vars) && ("response" in value || "error" in value);
}

function resultTrace(
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
    // `error` also reports failed assertions; it is an error of the call only if there is no output.
    error: output === undefined ? (textMember(response, "error") ?? textMember(value, "error")) : undefined,
    ...(rating.length === 0 ? {} : { feedback: rating }),
    other: leftovers("promptfoo", value, members),
  };
}

function tokensOf(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  return { input_tokens: value["prompt"] ?? null, output_tokens: value["completion"] ?? null };
}

import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { Part, TraceDraft } from "../../import-format.ts";
import { instantOf, leftovers, numberMember, objectMember, textMember, valueIn } from "../../json-members.ts";
import { usageFields } from "../../payload-output.ts";
import { feedbackOfScore, unknownMoment } from "../../score-feedback.ts";
import { modelInput } from "../../span-trace.ts";
import { assertsOf, readAssertions } from "./promptfoo-assertions.ts";

const members = new Set(
  "id prompt vars response provider latencyMs cost error tokenUsage gradingResult score success".split(" "),
);

/** One cell of promptfoo's matrix: a prompt, variables and the answer of a provider. */
export function isPromptfooResult(value: JsonObject): boolean {
  const vars = value["vars"] ?? objectMember(value, "testCase")?.["vars"];
  return isJsonObject(value["prompt"]) && isJsonObject(vars) && ("response" in value || "error" in value);
}

export function promptfooResult(value: JsonValue): Part {
  if (isJsonObject(value) && isPromptfooResult(value)) return { trace: resultTrace(value) };
  return { problem: "a result without vars and prompt" };
}

function resultTrace(value: JsonObject): TraceDraft {
  const prompt = objectMember(value, "prompt") ?? {};
  const test = objectMember(value, "testCase") ?? {};
  const response = objectMember(value, "response") ?? {};
  const provider = textMember(objectMember(value, "provider") ?? value, "id", "provider");
  const { messages } = modelInput(textMember(prompt, "raw"));
  const output = response["output"];
  const grading = objectMember(value, "gradingResult");
  const at = instantOf(value["timestamp"]);
  const expected = readAssertions(assertsOf(test["assert"])).expectations["expected_response"];
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
    ...modelOf(provider),
    latencyMs: numberMember(value, "latencyMs"),
    costUsd: numberMember(value, "cost") ?? numberMember(response, "cost"),
    ...usageFields(tokensOf(valueIn(response, "tokenUsage") ?? valueIn(value, "tokenUsage"))),
    // `error` also reports failed assertions; it is an error of the call only if there is no output.
    error: output === undefined ? (textMember(response, "error") ?? textMember(value, "error")) : undefined,
    ...(rating.length === 0 ? {} : { feedback: rating }),
    other: leftovers("promptfoo", value, members),
  };
}

/** `openai:chat:gpt-4o` → provider `openai`, model `gpt-4o`. */
function modelOf(provider: string | undefined): Pick<TraceDraft, "model" | "provider"> {
  if (provider === undefined) return {};
  const colon = provider.lastIndexOf(":");
  return {
    model: provider.slice(colon + 1),
    ...(colon <= 0 ? {} : { provider: provider.slice(0, provider.indexOf(":")) }),
  };
}

function tokensOf(value: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(value)) return undefined;
  return { input_tokens: value["prompt"] ?? null, output_tokens: value["completion"] ?? null };
}

const outputColumn = /^\[(.+?)\](?: (.*))?$/s;
const outputCell =
  /^\[(PASS|FAIL|ERROR)\](?: \((\d+(?:\.\d+)?)[^)]*\))?\s*([\s\S]*?)(?:\n\n(?:Pass|Fail) Reason: ([\s\S]*))?$/;
/** Columns that promptfoo adds beside those of the variables. */
const addedColumns = new Set(["Description", "Status", "Score", "Named Scores", "Grader Reason", "Comment"]);

/** True for a row of a results table (`--output results.csv`): columns of answers are named `[provider] prompt`. */
export function isPromptfooTable(value: JsonObject): boolean {
  return Object.entries(value).some(
    ([name, cell]) => outputColumn.test(name) && typeof cell === "string" && outputCell.test(cell),
  );
}

/** The answers in a row of a results table: a trace for each. */
export function* tableParts(row: JsonObject): Generator<Part> {
  const outputs = Object.keys(row).filter((name) => outputColumn.test(name));
  const inputs = Object.fromEntries(
    Object.entries(row).filter(([name]) => !outputs.includes(name) && !addedColumns.has(name)),
  );
  for (const column of outputs) {
    const [, provider, label] = outputColumn.exec(column) ?? [];
    const cell = row[column];
    const read = typeof cell === "string" ? outputCell.exec(cell) : null;
    if (read === null) {
      if (cell !== "") yield { problem: `column ${column} does not start with [PASS], [FAIL] or [ERROR]` };
      continue;
    }
    const [, status, score, text = "", reason] = read;
    const rating = score === undefined ? Number(status === "PASS") : Number(score);
    const feedback = feedbackOfScore({
      name: "promptfoo",
      value: rating,
      comment: reason?.trim(),
      at: unknownMoment,
    });
    yield {
      trace: {
        inputs,
        ...modelOf(provider),
        ...defined({ name: label }),
        ...(status === "ERROR" ? { error: text.trim() || "error" } : { output: text.trim(), feedback }),
      },
    };
  }
}

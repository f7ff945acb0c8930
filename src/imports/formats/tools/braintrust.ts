import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { TraceFeedback } from "../../../core/trace.ts";
import { eachValue, type ImportFormat, type Part, type TraceDraft } from "../../import-format.ts";
import {
  elapsedMs,
  instantOf,
  leftovers,
  numberMember,
  objectMember,
  textMember,
  valueIn,
} from "../../json-members.ts";
import { readOutput } from "../../payload-output.ts";
import { feedbackOfScore, unknownMoment } from "../../score-feedback.ts";
import { mergedOther, type SpanRole, spanPayload } from "../../span-trace.ts";
import { unwrappedAnswer } from "./langfuse-dataset.ts";

const members = new Set(
  "id span_id root_span_id span_parents input output expected scores metadata metrics created error span_attributes tags".split(
    " ",
  ),
);
/** Types of spans that are parts of an application or of its evaluation. */
const partTypes: ReadonlySet<string> = new Set([
  "tool",
  "score",
  "function",
  "automation",
  "facet",
  "preprocessor",
]);

/**
 * Braintrust's downloads: rows of logs and experiments (spans), and of datasets.
 * https://www.braintrust.dev/docs/annotate/export
 */
export const braintrust: ImportFormat = {
  name: "braintrust",
  summary: "Braintrust logs, experiments and datasets: JSON, JSON Lines and CSV",
  recognizes: (value) => isJsonObject(value) && (isSpan(value) || isDatasetRow(value)),
  read: eachValue("braintrust", (value) => [partOf(value)]),
};

function isSpan(value: JsonObject): boolean {
  const own = ["_xact_id", "span_attributes", "experiment_id", "project_id", "log_id", "metrics"];
  return (
    textMember(value, "span_id") !== undefined &&
    textMember(value, "root_span_id") !== undefined &&
    textMember(value, "dataset_id") === undefined &&
    own.some((name) => name in value)
  );
}

function isDatasetRow(value: JsonObject): boolean {
  const isOwn =
    textMember(value, "_xact_id") !== undefined || textMember(value, "root_span_id") !== undefined;
  return isOwn && textMember(value, "dataset_id") !== undefined && "input" in value;
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "a row is an object" };
  if (isDatasetRow(value)) return rowPart(value);
  if (isSpan(value)) return spanPart(value);
  return { problem: "neither a span (span_id, root_span_id) nor a row of a dataset (dataset_id, input)" };
}

function rowPart(value: JsonObject): Part {
  const input = valueIn(value, "input");
  const isEmpty = isJsonObject(input) && Object.keys(input).length === 0;
  if (input === undefined || isEmpty) return { problem: "input is missing" };
  const expected = valueIn(value, "expected");
  const metadata = objectMember(value, "metadata");
  const tags = { ...metadata, ...defined({ tags: tagsOf(value) }) };
  const other = leftovers("braintrust", value, new Set(["input", "expected", "metadata", "tags"]));
  return {
    record: {
      inputs: isJsonObject(input) ? input : { input },
      ...(expected === undefined ? {} : { expectations: { expected_response: unwrappedAnswer(expected) } }),
      ...(Object.keys(tags).length === 0 ? {} : { tags }),
      ...(other === undefined ? {} : { other }),
    },
  };
}

function tagsOf(value: JsonObject): JsonValue | undefined {
  const tags = valueIn(value, "tags");
  return Array.isArray(tags) && tags.length === 0 ? undefined : tags;
}

function spanPart(value: JsonObject): Part {
  const attributes = objectMember(value, "span_attributes") ?? {};
  const type = textMember(attributes, "type") ?? "";
  if (type === "score")
    return { leftOut: "spans of type score", reason: "their scores are on the span that they judge" };
  const isRoot = textMember(value, "span_id") === textMember(value, "root_span_id");
  const role: SpanRole = type === "llm" ? "model" : isRoot && !partTypes.has(type) ? "root" : "step";
  const { fields, kept } = spanPayload(
    "braintrust",
    role,
    valueIn(value, "input"),
    choicesOf(valueIn(value, "output")),
  );
  const metrics = objectMember(value, "metrics") ?? {};
  const metadata = objectMember(value, "metadata");
  const startedAt = instantOf(metrics["start"] ?? value["created"]);
  const endedAt = instantOf(metrics["end"]);
  const usage = defined({
    inputTokens: numberMember(metrics, "prompt_tokens"),
    outputTokens: numberMember(metrics, "completion_tokens"),
    reasoningTokens: numberMember(metrics, "completion_reasoning_tokens"),
  });
  const error = valueIn(value, "error");
  return {
    trace: {
      traceId: textMember(value, "span_id"),
      parentId: parentOf(value),
      chainId: textMember(value, "root_span_id"),
      name: textMember(attributes, "name"),
      startedAt,
      endedAt,
      latencyMs: roundedMs(elapsedMs(startedAt, endedAt)),
      ...fields,
      ...(role === "model" ? { parameters: parametersOf(metadata) } : {}),
      model: fields.model ?? textMember(metadata ?? {}, "model"),
      provider: textMember(metadata ?? {}, "provider"),
      ...(Object.keys(usage).length === 0 ? {} : { usage }),
      costUsd: numberMember(metrics, "estimated_cost"),
      ...(error === undefined ? {} : { error: typeof error === "string" ? error : JSON.stringify(error) }),
      metadata,
      feedback: feedbackOf(value, endedAt ?? startedAt),
      other: mergedOther("braintrust", kept, leftovers("braintrust", value, members), {
        braintrust: { ...attributes, ...defined({ tags: tagsOf(value) }) },
      }),
    },
  };
}

/** Spans of model calls have the list of choices as their output. */
function choicesOf(output: JsonValue | undefined): JsonValue | undefined {
  const isChoices =
    Array.isArray(output) &&
    output.length > 0 &&
    output.every((one) => isJsonObject(one) && isJsonObject(one["message"]));
  return isChoices ? { choices: output } : output;
}

function parentOf(value: JsonObject): string | undefined {
  const parents = valueIn(value, "span_parents");
  const [first] = Array.isArray(parents) ? parents : [];
  return typeof first === "string" ? first : undefined;
}

function parametersOf(metadata: JsonObject | undefined): JsonObject | undefined {
  const { model: _, provider: __, ...rest } = metadata ?? {};
  const names =
    /^(temperature|top_p|max_tokens|max_completion_tokens|stop|seed|tools|tool_choice|response_format|n)$/;
  const given = Object.entries(rest).filter(([name]) => names.test(name));
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function roundedMs(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds);
}

/** Scores are from 0 to 1. The expected answer is the better response. */
function feedbackOf(value: JsonObject, at: string | undefined): TraceDraft["feedback"] {
  const scores = Object.entries(objectMember(value, "scores") ?? {}).flatMap(([name, score]) =>
    feedbackOfScore({ name, value: score, at }),
  );
  const expected = valueIn(value, "expected");
  const { output } = expected === undefined ? {} : readOutput(unwrappedAnswer(expected));
  const better: readonly TraceFeedback[] =
    typeof output === "string" ? [{ betterResponse: output, at: at ?? unknownMoment }] : [];
  const all = [...scores, ...better];
  return all.length === 0 ? undefined : all;
}

import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
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
import { feedbackOfScore } from "../../score-feedback.ts";
import { mergedOther, type SpanRole, spanPayload } from "../../span-trace.ts";

const members = new Set(
  [
    "id run_id trace_id parent_run_id name run_type start_time end_time inputs outputs error extra",
    "prompt_tokens completion_tokens prompt_cost completion_cost total_cost feedback_stats child_runs",
  ].flatMap((line) => line.split(" ")),
);

/**
 * Runs of LangSmith (bulk exports as JSON Lines, responses of the run query, exported tables).
 * https://docs.langchain.com/langsmith/run-data-format
 */
export const langsmith: ImportFormat = {
  name: "langsmith",
  summary: "LangSmith runs: JSON, JSON Lines and CSV",
  recognizes: (value) =>
    isJsonObject(value) &&
    textMember(value, "run_type") !== undefined &&
    textMember(value, "id", "run_id") !== undefined,
  read: eachValue("langsmith", parts),
};

/** A run, and the runs below it if they were loaded with it. */
function* parts(value: JsonValue): Generator<Part> {
  yield partOf(value);
  const children = isJsonObject(value) ? valueIn(value, "child_runs") : undefined;
  if (Array.isArray(children)) for (const child of children) yield* parts(child as JsonValue);
}

function partOf(value: JsonValue): Part {
  if (!isJsonObject(value)) return { problem: "a run is an object" };
  const missing = [
    ...(textMember(value, "id", "run_id") === undefined ? ["id"] : []),
    ...(textMember(value, "run_type") === undefined ? ["run_type"] : []),
  ];
  if (missing.length > 0) return { problem: `${missing.join(" and ")} missing` };
  return { trace: runTrace(value) };
}

function runTrace(value: JsonObject): TraceDraft {
  const type = textMember(value, "run_type") ?? "";
  const parentId = textMember(value, "parent_run_id");
  const role: SpanRole = type === "llm" ? "model" : parentId === undefined ? "root" : "step";
  const { fields, kept } = spanPayload(
    "langsmith",
    role,
    valueIn(value, "inputs"),
    valueIn(value, "outputs"),
  );
  const extra = objectMember(value, "extra") ?? {};
  const metadata = objectMember(extra, "metadata");
  const invocation = objectMember(extra, "invocation_params");
  const startedAt = instantOf(value["start_time"]);
  const endedAt = instantOf(value["end_time"]);
  const inputTokens = numberMember(value, "prompt_tokens");
  const outputTokens = numberMember(value, "completion_tokens");
  const hasTokens = inputTokens !== undefined && outputTokens !== undefined && inputTokens + outputTokens > 0;
  return {
    traceId: textMember(value, "id", "run_id"),
    parentId,
    chainId: textMember(value, "trace_id"),
    chatId:
      metadata === undefined ? undefined : textMember(metadata, "session_id", "thread_id", "conversation_id"),
    name: textMember(value, "name"),
    startedAt,
    endedAt,
    latencyMs: elapsedMs(startedAt, endedAt),
    ...(invocation === undefined ? {} : { parameters: invocation }),
    ...fields,
    model:
      fields.model ??
      textMember(metadata ?? {}, "ls_model_name") ??
      textMember(invocation ?? {}, "model", "model_name"),
    provider: textMember(metadata ?? {}, "ls_provider"),
    ...(hasTokens ? { usage: { inputTokens, outputTokens } } : {}),
    promptCostUsd: numberMember(value, "prompt_cost"),
    outputCostUsd: numberMember(value, "completion_cost"),
    costUsd: numberMember(value, "total_cost"),
    error: textMember(value, "error"),
    metadata,
    feedback: feedbackOf(value, endedAt ?? startedAt),
    other: mergedOther("langsmith", kept, leftovers("langsmith", value, members), restOfExtra(extra), {
      langsmith: { run_type: type },
    }),
  };
}

function restOfExtra(extra: JsonObject): JsonObject | undefined {
  const { metadata: _, invocation_params: __, ...rest } = extra;
  return Object.keys(rest).length === 0 ? undefined : { langsmith: { extra: rest } };
}

/** `{correctness: {n, avg}}`: runs contain only averages of feedback. */
function feedbackOf(value: JsonObject, at: string | undefined): TraceDraft["feedback"] {
  const stats = Object.entries(objectMember(value, "feedback_stats") ?? {});
  const given = stats.flatMap(([name, stat]) =>
    isJsonObject(stat) ? feedbackOfScore({ name, value: stat["avg"], at }) : [],
  );
  return given.length === 0 ? undefined : given;
}

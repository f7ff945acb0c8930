import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { TraceFeedback } from "../../core/trace.ts";
import { derivedId } from "./derived-id.ts";

type ReturnType = "number" | "text" | "boolean" | "multi_select";

/** The evaluator of judgments that name none. */
export const unnamed = "feedback";

/** Evaluators are not run here: one is a name that judgments are given under. */
export function evaluatorJson(name: string, at: string, returns: ReturnType = "text") {
  return {
    path: name,
    id: /^evv?_/.test(name) ? name : derivedId("ev", name),
    name: name.slice(name.lastIndexOf("/") + 1),
    version_id: name.startsWith("evv_") ? name : derivedId("evv", name),
    type: "evaluator",
    spec: { arguments_type: "target_free", return_type: returns, evaluator_type: "human" },
    created_at: at,
    updated_at: at,
    last_used_at: at,
    version_logs_count: 0,
    total_logs_count: 0,
    inputs: [],
  } satisfies JsonObject;
}

/** Feedback on a log, as the log of an evaluator that it is in this API. */
export function evaluatorLogJson(parentId: string, feedback: TraceFeedback): JsonObject {
  const { rating, betterResponse, comment, at, by, evaluator = unnamed } = feedback;
  const judgment: JsonValue =
    feedback.judgment === undefined ? (rating ?? comment ?? null) : feedback.judgment;
  return {
    id: evaluatorLogId(parentId, feedback),
    parent_id: parentId,
    judgment,
    ...(rating === undefined ? {} : { rating }),
    ...(betterResponse === undefined ? {} : { better_response: betterResponse }),
    ...(comment === undefined ? {} : { comment }),
    ...(by === undefined ? {} : { user: by }),
    created_at: at,
    evaluator: evaluatorJson(evaluator, at, returnTypeOf(judgment)),
    evaluator_logs: [],
    trace_children: [],
  };
}

/** Feedback has no id of its own. */
export function evaluatorLogId(parentId: string, feedback: TraceFeedback): string {
  const { at, rating, comment, by, evaluator, judgment } = feedback;
  return derivedId("log", JSON.stringify([parentId, at, rating, comment, by, evaluator, judgment]));
}

function returnTypeOf(judgment: JsonValue): ReturnType {
  if (typeof judgment === "boolean" || typeof judgment === "number")
    return `${typeof judgment}` as ReturnType;
  return Array.isArray(judgment) ? "multi_select" : "text";
}

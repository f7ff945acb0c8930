import type { JsonObject, JsonValue } from "../../core/json.ts";
import type { TraceFeedback } from "../../core/trace.ts";
import { derivedId } from "./derived-id.ts";

/** Evaluators are not run here: one is a name that judgments are given under. */
export function evaluatorJson(name: string, at: string, returns: "number" | "text" | "boolean" = "text") {
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
  const { rating, betterResponse, comment, at, by } = feedback;
  const judgment: JsonValue = rating ?? comment ?? null;
  return {
    id: evaluatorLogId(parentId, feedback),
    parent_id: parentId,
    judgment,
    ...(rating === undefined ? {} : { rating }),
    ...(betterResponse === undefined ? {} : { better_response: betterResponse }),
    ...(comment === undefined ? {} : { comment }),
    ...(by === undefined ? {} : { user: by }),
    created_at: at,
    evaluator: evaluatorJson("feedback", at, rating === undefined ? "text" : "number"),
    evaluator_logs: [],
    trace_children: [],
  };
}

/** Feedback has no id of its own. */
export function evaluatorLogId(parentId: string, { at, rating, comment, by }: TraceFeedback): string {
  return derivedId("log", JSON.stringify([parentId, at, rating, comment, by]));
}

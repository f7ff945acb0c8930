import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { TraceFeedback } from "../../core/trace.ts";
import { derivedId } from "./derived-id.ts";

const prefix = "monitored-by/";

/** Evaluators requested for a prompt's logs. They are stored as tags and not run. */
export function monitorsOf(tags: Readonly<Record<string, string>>, at: string): readonly JsonObject[] {
  return Object.entries(tags)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, environment]) => {
      const evaluator = evaluatorJson(name.slice(prefix.length), at);
      const named = { id: environment, name: environment, created_at: at, tag: "other" };
      return {
        version_reference:
          environment === ""
            ? { type: "version", version: evaluator }
            : { type: "environment", file: evaluator, environment: named },
        state: "active",
        created_at: at,
        updated_at: at,
      };
    });
}

export function withoutMonitors(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith(prefix)));
}

export interface Monitor {
  readonly evaluator: string;
  readonly environment?: string | null | undefined;
}

/** Adds and removes evaluators in the tags. */
export function withMonitors(
  tags: Readonly<Record<string, string>>,
  activated: readonly Monitor[],
  deactivated: readonly Monitor[],
): Readonly<Record<string, string>> {
  const left = { ...tags };
  for (const { evaluator } of deactivated) delete left[`${prefix}${evaluator}`];
  for (const { evaluator, environment } of activated) left[`${prefix}${evaluator}`] = environment ?? "";
  return left;
}

type ReturnType = "number" | "text" | "boolean" | "multi_select";

/** Name of the evaluator for feedback without one. */
export const unnamed = "feedback";

/** The response for an evaluator, which is only a name for feedback. */
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

/** Feedback in this API's form: the log of an evaluator. */
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

/** Derived, because feedback has no id. */
export function evaluatorLogId(parentId: string, feedback: TraceFeedback): string {
  const { at, rating, comment, by, evaluator, judgment } = feedback;
  return derivedId("log", JSON.stringify([parentId, at, rating, comment, by, evaluator, judgment]));
}

function returnTypeOf(judgment: JsonValue): ReturnType {
  if (typeof judgment === "boolean" || typeof judgment === "number")
    return `${typeof judgment}` as ReturnType;
  return Array.isArray(judgment) ? "multi_select" : "text";
}

import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { TraceDraft } from "./each-value.ts";
import { callInput, modelInput } from "./payload-input.ts";
import { readOutput } from "./payload-output.ts";

/** What a span is: a call of a model, the outermost call of the application, or a step between the two. */
export type SpanRole = "model" | "root" | "step";

/**
 * Input and output of a span. The arguments of the outermost call are variables, and make a row; those of a
 * step (a retriever, a tool) would make rows of another kind, so they are only kept as they were.
 */
export function spanPayload(
  tool: string,
  role: SpanRole,
  input: JsonValue | undefined,
  output: JsonValue | undefined,
): { readonly fields: TraceDraft; readonly kept: JsonObject } {
  if (role === "step") {
    const kept = { ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) };
    return { fields: {}, kept: Object.keys(kept).length === 0 ? {} : { [tool]: kept } };
  }
  const read = role === "model" ? modelInput(input) : callInput(input);
  return { fields: { ...read, ...readOutput(output) }, kept: {} };
}

/** Two sets of members of one tool, as one. */
export function mergedOther(
  tool: string,
  ...parts: readonly (JsonObject | undefined)[]
): JsonObject | undefined {
  const members = parts.flatMap((part) => (part === undefined ? [] : [part[tool] as JsonObject]));
  const merged = Object.assign({}, ...members.filter((one) => one !== undefined)) as JsonObject;
  return Object.keys(merged).length === 0 ? undefined : { [tool]: merged };
}

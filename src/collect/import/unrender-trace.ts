import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { Trace, TracePrompt } from "../../core/trace.ts";
import { recordOfTrace } from "../../traces/trace-record.ts";
import type { Unrenderer } from "../unrender/create-unrenderer.ts";

/** How the variables of a call were found, or why they were not. */
export type UnrenderOutcome = "kept" | "exact" | "ambiguous" | "unmatched" | "no_messages";

/**
 * Recovers template and variables from the messages of a trace. Variables from the source are kept. The
 * source's own prompt is stored as `source_prompt` in `other`. If the trace names a prompt in `paths`, only
 * its templates are tried.
 */
export function unrenderTrace(
  trace: Trace,
  unrenderer: Unrenderer,
  paths: ReadonlySet<string>,
): { readonly trace: Trace; readonly outcome: UnrenderOutcome } {
  const { messages = [], prompt, inputs } = trace;
  if (inputs !== undefined && Object.keys(inputs).length > 0) return { trace, outcome: "kept" };
  if (messages.length === 0) return { trace, outcome: "no_messages" };
  const named = prompt?.path !== undefined && paths.has(prompt.path) ? prompt.path : undefined;
  const found = unrenderer.unrender(messages, named);
  if (found.kind !== "exact") return { trace, outcome: found.kind };
  const { path, version, versionId, template } = found.known;
  const recovered: TracePrompt = {
    path,
    ...defined({ version, versionId }),
    template,
  };
  const replaced = replacedPrompt(trace, recovered);
  return {
    trace: {
      ...trace,
      inputs: found.inputs,
      prompt: recovered,
      ...(replaced === undefined ? {} : { other: { ...trace.other, [sourcePrompt]: replaced } }),
    },
    outcome: "exact",
  };
}

/** The recovered fields, as changes of the stored trace. */
export function recoveredFields({ inputs, prompt, other }: Trace): Partial<Trace> {
  const replaced = other?.[sourcePrompt];
  return {
    ...defined({ inputs, prompt }),
    ...(replaced === undefined ? {} : { other: { [sourcePrompt]: replaced } }),
  };
}

const sourcePrompt = "source_prompt";

/** The prompt of the source, if it differs from the recovered one. */
function replacedPrompt(trace: Trace, recovered: TracePrompt): JsonObject | undefined {
  const members = Object.entries(trace.prompt ?? {});
  const isEqual = members.every(([key, value]) =>
    isDeepStrictEqual(value, recovered[key as keyof TracePrompt]),
  );
  return isEqual ? undefined : (recordOfTrace(trace)["prompt"] as JsonObject);
}

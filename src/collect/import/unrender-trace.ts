import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { Trace, TracePrompt } from "../../core/trace.ts";
import { recordOfTrace } from "../../traces/trace-record.ts";
import type { Unrenderer } from "../unrender/create-unrenderer.ts";

/** How the variables of a call became known, or why they did not. */
export type UnrenderOutcome = "kept" | "exact" | "ambiguous" | "unmatched" | "no_messages";

/**
 * A trace with the template and variables its messages were made of. One whose variables the source tells
 * keeps them. What the source itself calls the prompt stays beside it, as `source_prompt`. `paths` are the prompts that are known: a trace that names another is matched against all.
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

/** What un-rendering put into a trace, as changes of the one that is stored. */
export function recoveredFields({ inputs, prompt, other }: Trace): Partial<Trace> {
  const replaced = other?.[sourcePrompt];
  return {
    ...defined({ inputs, prompt }),
    ...(replaced === undefined ? {} : { other: { [sourcePrompt]: replaced } }),
  };
}

const sourcePrompt = "source_prompt";

/** The prompt as the source told it, where the recovered one does not say the same. */
function replacedPrompt(trace: Trace, recovered: TracePrompt): JsonObject | undefined {
  const told = Object.entries(trace.prompt ?? {});
  const isSaid = told.every(([key, value]) => isDeepStrictEqual(value, recovered[key as keyof TracePrompt]));
  return isSaid ? undefined : (recordOfTrace(trace)["prompt"] as JsonObject);
}

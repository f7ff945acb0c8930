import type { Trace } from "../../core/trace.ts";
import type { Unrenderer } from "../unrender/create-unrenderer.ts";

/** How the variables of a call became known, or why they did not. */
export type UnrenderOutcome = "kept" | "exact" | "ambiguous" | "unmatched" | "no_messages";

/**
 * A trace with the template and variables its messages were made of. One whose variables the source tells
 * keeps them. `paths` are the prompts that are known: a trace that names another is matched against all.
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
  return {
    trace: {
      ...trace,
      inputs: found.inputs,
      prompt: {
        path,
        ...(version === undefined ? {} : { version }),
        ...(versionId === undefined ? {} : { versionId }),
        template,
      },
    },
    outcome: "exact",
  };
}

import type { Config } from "../../config/config.ts";
import type { PromptReader } from "../../contracts/registry.ts";
import type { JsonObject } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { createUnrenderer } from "../unrender/create-unrenderer.ts";
import { templatesOfConfig } from "../unrender/templates-of-config.ts";

/** The inputs that a prompt's template needs to give a recorded call's messages. */
export type RecoverInputs = (trace: Trace) => JsonObject | "ambiguous" | "unmatched";

/**
 * Knows every prompt of a config and all versions of each: a call that another prompt made is not taken for
 * one of this prompt's because the one's words begin like the other's.
 */
export async function recoverInputs(
  promptPath: string,
  config: Pick<Config, "prompts">,
  registry: PromptReader,
): Promise<RecoverInputs> {
  const unrenderer = createUnrenderer(await templatesOfConfig(config.prompts, registry));
  return ({ messages }) => {
    if (messages === undefined) return "unmatched";
    const found = unrenderer.unrender(messages);
    if (found.kind === "exact") return found.known.path === promptPath ? found.inputs : "unmatched";
    return found.kind === "ambiguous" && found.templates.some(({ path }) => path === promptPath)
      ? "ambiguous"
      : "unmatched";
  };
}

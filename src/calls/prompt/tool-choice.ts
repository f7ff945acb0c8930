import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { checkToolChoice } from "../../registry/changes/allowed-values.ts";

/** What holds for a call, and what is sent of it. */
export interface ToolChoice {
  readonly choice: JsonValue;
  /** Endpoints refuse a choice where there is nothing to choose from. */
  readonly isSent: boolean;
}

/**
 * The choice that was given, with the call or else with the prompt; without one `auto` where there are tools and
 * `none` where there are not. Throws UsageError for a choice that is none, or that needs a tool which is not there.
 */
export function chooseTools(given: JsonValue | undefined, tools: readonly JsonObject[]): ToolChoice {
  if (given === undefined || given === null) {
    return { choice: tools.length > 0 ? "auto" : "none", isSent: tools.length > 0 };
  }
  checkToolChoice(given, tools);
  return { choice: given, isSent: tools.length > 0 };
}

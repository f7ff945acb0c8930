import { UsageError } from "../../core/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import { nearNames } from "../../core/near-names.ts";

/** What holds for a call, and what is sent of it. */
export interface ToolChoice {
  readonly choice: JsonValue;
  /** Endpoints refuse a choice where there is nothing to choose from. */
  readonly isSent: boolean;
  readonly note?: string;
}

const words: readonly string[] = ["none", "auto", "required"];

/**
 * The choice that was given, with the call or else with the prompt; without one `auto` where there are tools and
 * `none` where there are not. Throws UsageError for a choice that is none, or of a tool that is not there.
 */
export function chooseTools(given: JsonValue | undefined, tools: readonly JsonObject[]): ToolChoice {
  if (given === undefined || given === null) {
    return { choice: tools.length > 0 ? "auto" : "none", isSent: tools.length > 0 };
  }
  const wanted = nameIn(given);
  if (wanted === undefined && !words.includes(String(given))) {
    throw new UsageError(`tool choice ${JSON.stringify(given)} is not known`, {
      hint: 'give none, auto, required, or {"type": "function", "function": {"name": …}}',
    });
  }
  if (tools.length === 0) {
    const isVain = given !== "none" && given !== "auto";
    return {
      choice: given,
      isSent: false,
      ...(isVain ? { note: "the prompt has no tools to choose from" } : {}),
    };
  }
  const names = tools.map(toolName);
  if (wanted !== undefined && !names.includes(wanted)) {
    const near = nearNames(wanted, names);
    const guess =
      near.length === 0 ? `its tools are ${names.join(", ")}` : `did you mean ${near.join(" or ")}?`;
    throw new UsageError(`the prompt has no tool "${wanted}"`, { hint: guess });
  }
  return { choice: given, isSent: true };
}

function nameIn(choice: JsonValue): string | undefined {
  const asked = isJsonObject(choice) ? choice["function"] : undefined;
  return isJsonObject(asked) && typeof asked["name"] === "string" ? asked["name"] : undefined;
}

function toolName(tool: JsonObject): string {
  const inner = isJsonObject(tool["function"]) ? tool["function"] : tool;
  return String(inner["name"] ?? "");
}

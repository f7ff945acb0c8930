import type { IncomingHttpHeaders } from "node:http";
import { isJsonObject } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { Trace } from "../../core/trace.ts";

type Labels = Pick<Trace, "name" | "prompt" | "inputs" | "chainId" | "chatId" | "user">;

/**
 * Reads labels from headers that are not forwarded: `X-Dao-Opt-Prompt` (a path or a name), `-Inputs` (the
 * variables as JSON, percent-encoded if needed), `-Chain`, `-Chat`, `-User`.
 */
export function readCallLabels(headers: IncomingHttpHeaders): Labels {
  const prompt = labelOf(headers, "prompt");
  const inputs = readInputs(labelOf(headers, "inputs"));
  const chainId = labelOf(headers, "chain");
  const chatId = labelOf(headers, "chat");
  const user = labelOf(headers, "user");
  return {
    ...(prompt === undefined ? {} : { name: prompt, prompt: { path: prompt } }),
    ...defined({ inputs, chainId, chatId, user }),
  };
}

function labelOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[`x-dao-opt-${name}`];
  if (typeof value !== "string" || value === "") return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** An unreadable label is ignored; the call continues. */
function readInputs(text: string | undefined): Trace["inputs"] | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

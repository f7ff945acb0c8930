import type { PromptDraft } from "../../../contracts/registry.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import type { Trace } from "../../../core/trace.ts";
import { parseGivenDetails } from "../given-prompt.ts";
import { kernelSchema } from "../schemas/prompt-kernel.ts";

const numbers = ["temperature", "top_p", "max_tokens", "presence_penalty", "frequency_penalty", "seed"];

/**
 * The prompt that a decorated function called its provider with: what the provider's client was given, as seen
 * from outside. Undefined when the span names no model, or what it tells is none of a prompt.
 */
export function promptOfSpan(path: string, file: JsonObject, trace: Trace): PromptDraft | undefined {
  const { model, provider, parameters = {} } = trace;
  const given = Object.entries(parameters).flatMap(([name, value]): [string, JsonValue][] => {
    const number = numbers.includes(name) ? Number(value) : Number.NaN;
    return Number.isFinite(number) ? [[name, number]] : [];
  });
  const tools = toolsOf(parameters["tools"]);
  const kernel = kernelSchema.safeParse({
    model,
    provider: provider?.toLowerCase(),
    ...Object.fromEntries(given),
    ...(file["template"] === undefined ? {} : { template: templateOf(file["template"]) }),
    ...(tools.length === 0 ? {} : { tools }),
  });
  return kernel.success ? { path, ...parseGivenDetails(kernel.data) } : undefined;
}

/** A template of messages comes as the text of its JSON, or as its messages' fields. */
function templateOf(value: JsonValue): JsonValue {
  if (typeof value !== "string" || !value.startsWith("[")) return value;
  try {
    return JSON.parse(value) as JsonValue;
  } catch {
    return value;
  }
}

function toolsOf(value: JsonValue | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[])
    .filter(isJsonObject)
    .flatMap(({ function: tool }) => (isJsonObject(tool) && typeof tool["name"] === "string" ? [tool] : []));
}

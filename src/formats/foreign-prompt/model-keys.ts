import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { PromptNote } from "./prompt-format.ts";

/** Names of request parameters in other tools, and the key of a `.prompt` file. */
const keys: Readonly<Record<string, string>> = {
  temperature: "temperature",
  top_p: "top_p",
  topP: "top_p",
  max_tokens: "max_tokens",
  maxTokens: "max_tokens",
  maxOutputTokens: "max_tokens",
  max_output_tokens: "max_tokens",
  max_completion_tokens: "max_tokens",
  stop: "stop",
  stopSequences: "stop",
  stop_sequences: "stop",
  seed: "seed",
  presence_penalty: "presence_penalty",
  presencePenalty: "presence_penalty",
  frequency_penalty: "frequency_penalty",
  frequencyPenalty: "frequency_penalty",
  response_format: "response_format",
  reasoning_effort: "reasoning_effort",
  tools: "tools",
  tool_choice: "tool_choice",
  toolChoice: "tool_choice",
};
/** Parameters that are passed through in a request unchanged. */
const others: Readonly<Record<string, string>> = {
  top_k: "top_k",
  topK: "top_k",
  min_p: "min_p",
  logit_bias: "logit_bias",
  logprobs: "logprobs",
  top_logprobs: "top_logprobs",
  parallel_tool_calls: "parallel_tool_calls",
  service_tier: "service_tier",
  verbosity: "verbosity",
  thinking: "thinking",
};

/**
 * Converts request parameters of another tool. Parameters without a counterpart are left out with a warning, under
 * `place` (for example `config`).
 */
export function modelKeys(
  given: JsonObject,
  place: string,
  ignored: readonly string[] = [],
): { readonly keys: JsonObject; readonly warnings: readonly PromptNote[] } {
  const found: Record<string, JsonValue> = {};
  const passed: Record<string, JsonValue> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === null || ignored.includes(name)) continue;
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    const other = Object.hasOwn(others, name) ? others[name] : undefined;
    if (key !== undefined) found[key] ??= value;
    else if (other !== undefined) passed[other] ??= value;
    else unknown.push(name);
  }
  return {
    keys: { ...found, ...(Object.keys(passed).length === 0 ? {} : { other: passed }) },
    warnings: unknown.length === 0 ? [] : [{ message: leftOut(place, unknown) }],
  };
}

/** For example `config: region and owner are left out`. */
export function leftOut(place: string, names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  const more = names.length > 10 ? ` and ${names.length - 10} more` : "";
  return `${place === "" ? "" : `${place}: `}${shown}${more} ${names.length === 1 ? "is" : "are"} left out`;
}

/** A JSON Schema as a response format. */
export function schemaFormat(name: string, schema: JsonValue): JsonObject {
  return { type: "json_schema", json_schema: { name: name.replace(/[^\w-]/g, "_").slice(0, 64), schema } };
}

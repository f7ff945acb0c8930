import { digestOf } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { detailsToJson, type PromptDetails } from "./prompt-details.ts";

const defaults: JsonObject = {
  provider: "openai",
  endpoint: "chat",
  template_language: "default",
  temperature: 1,
  top_p: 1,
  max_tokens: -1,
  presence_penalty: 0,
  frequency_penalty: 0,
  stop: [],
  tools: [],
  attributes: {},
  other: {},
};

/**
 * The canonical form of a version's details; two versions are equal if their forms are.
 *
 * 1. Only the fields of the model configuration and the template count: `model`, `provider`, `endpoint`,
 *    `template`, `template_language`, `temperature`, `top_p`, `max_tokens`, `presence_penalty`,
 *    `frequency_penalty`, `stop`, `seed`, `response_format`, `reasoning_effort`, `tools`, `tool_choice`,
 *    `attributes`, `other`. Names, descriptions, tags and times do not.
 * 2. `null` equals an absent key: for these fields, and for the keys of a message and its parts, a tool, its
 *    `function`, `response_format`, `attributes` and `other`. Deeper nulls stay, since they may be part of a
 *    JSON Schema.
 * 3. Defaults are filled in: provider `openai`, endpoint `chat`, template_language `default`, temperature 1,
 *    top_p 1, max_tokens -1, both penalties 0, stop `[]`, tools `[]`, attributes `{}`, other `{}`. `seed`,
 *    `response_format`, `reasoning_effort` and `tool_choice` have no default and stay absent.
 * 4. A single `stop` text becomes a list of one; `strict: false` of a tool is removed.
 * 5. Numbers are compared by value (1 = 1.0 = 1e0), keys in any order, lists in order, and texts byte for byte.
 *
 * Documented for users in `config/version-identity.md`.
 */
export function normalForm(details: PromptDetails): JsonObject {
  const given = detailsToJson(details);
  const filled: Record<string, JsonValue> = { ...defaults, ...given };
  filled.stop = typeof given.stop === "string" ? [given.stop] : (given.stop ?? []);
  filled.tools = ((given.tools ?? []) as readonly JsonObject[]).map(normalTool);
  for (const key of ["attributes", "other", "response_format"]) {
    const value = filled[key];
    if (isJsonObject(value)) filled[key] = withoutNulls(value);
  }
  return filled;
}

/** SHA-256 of the canonical JSON of the normal form, 64 hex digits. */
export function detailsDigest(details: PromptDetails): string {
  return digestOf(normalForm(details));
}

function normalTool(tool: JsonObject): JsonObject {
  const inner = tool.function;
  return withoutDefaultStrict({
    ...withoutNulls(tool),
    ...(isJsonObject(inner) ? { function: withoutDefaultStrict(withoutNulls(inner)) } : {}),
  });
}

function withoutDefaultStrict(tool: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(tool).filter(([key, value]) => key !== "strict" || value !== false),
  );
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

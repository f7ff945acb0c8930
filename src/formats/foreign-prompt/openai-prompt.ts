import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { leftOut, modelKeys } from "./model-keys.ts";
import type { PromptFormat, PromptNote } from "./prompt-format.ts";

/**
 * OpenAI's prompt objects: a stored prompt (`pmpt_…`) with its text, and a request or response of the Responses API.
 * A reference to a stored prompt without its text is rejected.
 */
export const openaiPrompt: PromptFormat = {
  name: "OpenAI prompt",
  recognizes: ({ json }) => {
    if (!isJsonObject(json)) return false;
    const prompt = promptOf(json);
    const isStored =
      json["object"] === "prompt" || /^pmpt_/.test(String(prompt["id"] ?? prompt["prompt_id"]));
    const isRequest =
      ("instructions" in json || isItems(json["input"])) &&
      typeof json["model"] === "string" &&
      !("template" in json);
    return isStored || isRequest;
  },
  read({ json }) {
    const given = isJsonObject(json) ? json : {};
    const problems: PromptNote[] = [];
    const warnings: PromptNote[] = [];
    const { instructions } = given;
    const items = [given["messages"], given["input"]].find((one) => one !== undefined && one !== null);
    const prompt = promptOf(given);
    const system: readonly JsonObject[] =
      typeof instructions === "string"
        ? [{ role: "system", content: instructions }]
        : readItems(instructions, problems);
    const template = [
      ...system,
      ...(typeof items === "string" ? [{ role: "user", content: items }] : readItems(items, problems)),
    ];
    if (template.length === 0)
      problems.push({
        message: `the file names the stored prompt ${String(prompt["id"] ?? "")}, but does not have its text`,
        hint: "copy the prompt's messages into it as `instructions` and `input`",
      });
    if (isJsonObject(prompt["variables"]))
      warnings.push({ message: "values of prompt.variables are left out; rows give the values" });
    const { reasoning, text, tools, model, name, description, ...rest } = given;
    const { keys, warnings: ofModel } = modelKeys(rest, "", ignored);
    const effort = isJsonObject(reasoning) ? reasoning["effort"] : undefined;
    const format = isJsonObject(text) && isJsonObject(text["format"]) ? text["format"] : undefined;
    return {
      keys: {
        ...keys,
        ...(model == null ? {} : { model }),
        ...(effort == null ? {} : { reasoning_effort: effort }),
        ...(format === undefined || format["type"] === "text" ? {} : { response_format: chatFormat(format) }),
        ...toolsOf(tools, warnings),
        ...(description == null ? {} : { description }),
        template,
      },
      ...(typeof name === "string" ? { name } : {}),
      warnings: [...warnings, ...ofModel],
      problems,
    };
  },
};

/** Members that describe a response or the stored object, not the prompt. */
const ignored: readonly string[] = [
  ...[
    "id",
    "object",
    "version",
    "created_at",
    "updated_at",
    "is_default",
    "prompt",
    "prompt_id",
    "variables",
  ],
  ...[
    "instructions",
    "input",
    "messages",
    "output",
    "status",
    "error",
    "incomplete_details",
    "usage",
    "metadata",
  ],
  ...[
    "stream",
    "store",
    "background",
    "user",
    "previous_response_id",
    "truncation",
    "completed_at",
    "billing",
  ],
  ...["max_tool_calls", "safety_identifier", "prompt_cache_key", "include", "conversation", "moderation"],
];

function promptOf(json: JsonObject): JsonObject {
  return isJsonObject(json["prompt"]) ? json["prompt"] : json;
}

function isItems(value: JsonValue | undefined): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    (value as readonly JsonValue[]).every((item) => isJsonObject(item) && typeof item["role"] === "string")
  );
}

function readItems(value: JsonValue | undefined, problems: PromptNote[]): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[]).flatMap((item) => {
    if (!isJsonObject(item)) return [];
    const { role, content, type } = item;
    if (typeof role !== "string") {
      problems.push({
        message: `an item of the type ${String(type ?? "unknown")} cannot be part of a prompt`,
        hint: "keep only messages",
      });
      return [];
    }
    if (!Array.isArray(content)) return [{ role, content: content ?? "" }];
    const parts = (content as readonly JsonValue[]).filter(isJsonObject).map(partOf);
    const isText = parts.every((part) => part["type"] === "text");
    return [{ role, content: isText ? parts.map((part) => String(part["text"] ?? "")).join("") : parts }];
  });
}

/** Parts of the Responses API in the form of chat completions. */
function partOf(part: JsonObject): JsonObject {
  const { type, text, image_url: url, detail } = part;
  if (type === "input_text" || type === "output_text" || type === "text")
    return { type: "text", text: text ?? "" };
  if (type !== "input_image") return part;
  return { type: "image_url", image_url: { url: url ?? "", ...(detail == null ? {} : { detail }) } };
}

function chatFormat({ type, ...rest }: JsonObject): JsonObject {
  return type === "json_schema" ? { type, json_schema: rest } : { type: type ?? "json_object" };
}

/** Functions in the form of chat completions. Built-in tools of the Responses API have none. */
function toolsOf(value: JsonValue | undefined, warnings: PromptNote[]): JsonObject {
  if (!Array.isArray(value)) return {};
  const list = (value as readonly JsonValue[]).filter(isJsonObject);
  const functions = list.filter(({ type }) => type === "function");
  const others = list.filter(({ type }) => type !== "function").map(({ type }) => String(type));
  if (others.length > 0) warnings.push({ message: leftOut("tools", others) });
  if (functions.length === 0) return {};
  return {
    tools: functions.map((tool) => {
      if (isJsonObject(tool["function"])) return tool;
      const { type, ...rest } = tool;
      return { type: type ?? "function", function: rest };
    }),
  };
}

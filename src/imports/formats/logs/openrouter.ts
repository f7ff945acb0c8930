import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { readRequestBody } from "../../bodies/read-body.ts";
import { eachValue, type ImportFormat, type Part } from "../../import-format.ts";
import { leftovers, objectMember, textMember } from "../../json-members.ts";

const taken = new Set(["input", "output", "id", "model"]);

/**
 * OpenRouter's records of generations (`/api/v1/generation`, the activity export) and their stored content
 * (`/api/v1/generation/content`). Only the content has prompts and answers. What OpenRouter broadcasts to webhooks
 * and buckets is OTLP.
 * https://openrouter.ai/docs/guides/features/broadcast/webhook
 */
export const openrouter: ImportFormat = {
  name: "openrouter",
  summary: "OpenRouter generations: their stored content (JSON); broadcasts are OTLP",
  recognizes: (value) => isJsonObject(value) && (isContent(dataOf(value)) || isRecord(dataOf(value))),
  read: eachValue("openrouter", (value) => [partOf(value)]),
};

/** Responses of the API have the record in `data`. */
function dataOf(value: JsonObject): JsonObject {
  return isJsonObject(value["data"]) ? value["data"] : value;
}

function isContent({ input, output }: JsonObject): boolean {
  return (
    isJsonObject(input) &&
    ("messages" in input || "prompt" in input) &&
    isJsonObject(output) &&
    ("completion" in output || "reasoning" in output)
  );
}

function isRecord(value: JsonObject): boolean {
  const isNamed = /^gen-/.test(textMember(value, "id", "generation_id") ?? "");
  return (
    isNamed &&
    ["tokens_prompt", "native_tokens_prompt", "total_cost", "cost_total"].some((name) => name in value)
  );
}

function partOf(value: JsonValue): Part {
  const data = isJsonObject(value) ? dataOf(value) : {};
  if (isContent(data)) return contentPart(data);
  if (isRecord(data))
    return {
      leftOut: "records of generations",
      reason: "they have neither prompt nor answer; use Broadcast (OTLP) or /api/v1/generation/content",
    };
  return { problem: "no generation of OpenRouter" };
}

function contentPart(data: JsonObject): Part {
  const output = objectMember(data, "output") ?? {};
  const request = readRequestBody(objectMember(data, "input") ?? {})?.fields;
  if (request === undefined) return { problem: "input has neither messages nor a prompt" };
  const completion = output["completion"];
  const reasoning = textMember(output, "reasoning");
  return {
    trace: {
      traceId: textMember(data, "id"),
      provider: "openrouter",
      ...request,
      ...(typeof completion === "string" ? { output: completion } : {}),
      ...(reasoning === undefined ? {} : { reasoning }),
      model: textMember(data, "model") ?? request.model,
      other: leftovers("openrouter", data, taken),
    },
  };
}

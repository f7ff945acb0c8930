import { digestOf } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ToolCall } from "../../core/prompt/message.ts";
import type { OfflineRequest } from "../request.ts";
import { contentStems } from "../stems.ts";
import { pickFree } from "./extraction.ts";
import { splitTask } from "./split-task.ts";

/** A call of the offered tool that shares words with the row; undefined if none does or none is needed. */
export function callTool(request: OfflineRequest): ToolCall | undefined {
  const { tools = [], toolChoice } = request.parameters;
  if (tools.length === 0 || toolChoice === "none" || request.messages.at(-1)?.role === "tool")
    return undefined;
  const offered = tools.map((tool) => (isJsonObject(tool.function) ? tool.function : tool));
  const { data } = splitTask(request);
  const stems = new Set(contentStems(data));
  const share = (tool: JsonObject): number => {
    const words = new Set(
      contentStems(`${String(tool.name).replace(/[_.-]/g, " ")} ${String(tool.description ?? "")}`),
    );
    return [...words].filter((stem) => stems.has(stem)).length;
  };
  const named =
    isJsonObject(toolChoice) && isJsonObject(toolChoice.function) ? toolChoice.function.name : undefined;
  const candidates = named === undefined ? offered : offered.filter((tool) => tool.name === named);
  const best = candidates.reduce<JsonObject | undefined>(
    (top, one) => (top === undefined || share(one) > share(top) ? one : top),
    undefined,
  );
  const isForced = named !== undefined || toolChoice === "required";
  if (best === undefined || (!isForced && share(best) === 0)) return undefined;
  const name = String(best.name);
  const given = JSON.stringify(argumentsFor(best.parameters, data));
  return { id: `call_${digestOf([name, given, data]).slice(0, 16)}`, name, arguments: given };
}

function argumentsFor(schema: JsonValue | undefined, data: string): Record<string, JsonValue> {
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  const required = isJsonObject(schema) && Array.isArray(schema.required) ? schema.required : [];
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => {
      const value = valueFor(name, isJsonObject(property) ? property : {}, data, required.includes(name));
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function valueFor(
  name: string,
  property: JsonObject,
  data: string,
  isRequired: boolean,
): JsonValue | undefined {
  const low = data.toLowerCase();
  const options = Array.isArray(property.enum) ? property.enum : [];
  if (options.length > 0) {
    return (
      options.find((option) => low.includes(String(option).toLowerCase())) ??
      (isRequired ? options[0] : undefined)
    );
  }
  if (property.type === "number" || property.type === "integer") {
    const found = /-?\d+(?:\.\d+)?/.exec(data)?.[0];
    return found === undefined ? (isRequired ? 0 : undefined) : Number(found);
  }
  if (property.type === "boolean") return isRequired ? !/\b(?:not|no|don't|never)\b/i.test(data) : undefined;
  const shaped = pickFree(name, data);
  if (shaped !== null) return shaped;
  const place =
    /["“]([^"”]+)["”]/.exec(data)?.[1] ??
    /\b(?:in|for|to|from|at|about|of)\s+((?:[A-Z][\w-]*)(?:\s+[A-Z][\w-]*)*)/.exec(data)?.[1];
  return place ?? (isRequired ? data : undefined);
}

import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { sdkMessages } from "./sdk-messages.ts";
import type { SdkCallOptions, SdkModel, SdkProviderOptions, SdkTool } from "./sdk-model.ts";
import { thinkingOptions } from "./thinking-options.ts";

/** A request of chat completions as options of the AI SDK. */
interface ConvertedRequest {
  readonly options: SdkCallOptions;
  /** Members that these providers have no counterpart of; they are not sent. */
  readonly dropped: readonly string[];
  readonly note?: string;
}

/** The model that a request is for. */
interface SdkTarget {
  readonly who: string;
  /** The provider's name in a config. */
  readonly provider: string;
  readonly model: SdkModel;
  /** Name under which the package takes options. */
  readonly optionsKey: string;
}

const dropped = new Set(["logprobs", "top_logprobs", "logit_bias", "n", "store", "user", "verbosity"]);
const mapped = new Set([
  ...["model", "messages", "stream", "stream_options", "temperature", "top_p", "top_k", "max_tokens"],
  ...["max_completion_tokens", "presence_penalty", "frequency_penalty", "stop", "seed", "response_format"],
  ...["tools", "tool_choice", "reasoning_effort", "parallel_tool_calls", "cache_control"],
]);

/** Converts the body of a chat completion. Members without a counterpart go to the package as options of its own. */
export function sdkOptions(body: JsonObject, target: SdkTarget): ConvertedRequest {
  const { provider, model, optionsKey, who } = target;
  const limit = numberOf(body["max_tokens"] ?? body["max_completion_tokens"]);
  const thinking = thinkingOptions(body["reasoning_effort"], provider, model.modelId, limit);
  const others = Object.entries(body).filter(([name]) => !mapped.has(name) && !dropped.has(name));
  const own: JsonObject = {
    ...thinking.options,
    ...(optionsKey === "anthropic" && body["parallel_tool_calls"] === false
      ? { disableParallelToolUse: true }
      : {}),
    ...(optionsKey === "anthropic" && body["cache_control"] !== undefined
      ? { cacheControl: body["cache_control"] }
      : {}),
    ...Object.fromEntries(others.map(([name, value]) => [camelCase(name), inCamelCase(value as JsonValue)])),
  };
  const cacheMark = (control: JsonObject) => cacheMarkOf(optionsKey, control);
  return {
    options: {
      prompt: sdkMessages(body["messages"], { who, specification: model.specificationVersion, cacheMark }),
      ...defined({
        maxOutputTokens: limit === undefined ? undefined : limit - thinking.addedTokens,
        temperature: numberOf(body["temperature"]),
        topP: numberOf(body["top_p"]),
        topK: numberOf(body["top_k"]),
        presencePenalty: numberOf(body["presence_penalty"]),
        frequencyPenalty: numberOf(body["frequency_penalty"]),
        stopSequences: stopsOf(body["stop"]),
        seed: numberOf(body["seed"]),
        responseFormat: responseFormat(body["response_format"]),
        tools: toolsOf(body["tools"]),
        toolChoice: toolChoice(body["tool_choice"]),
        providerOptions: Object.keys(own).length === 0 ? undefined : { [optionsKey]: own },
      }),
    },
    dropped: Object.keys(body).filter((name) => dropped.has(name)),
    ...defined({ note: thinking.note }),
  };
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function stopsOf(stop: JsonValue | undefined): readonly string[] | undefined {
  if (typeof stop === "string") return [stop];
  return Array.isArray(stop) ? stop.filter((one) => typeof one === "string") : undefined;
}

function responseFormat(format: JsonValue | undefined): SdkCallOptions["responseFormat"] {
  if (!isJsonObject(format) || format["type"] === "text") return undefined;
  const given = format["json_schema"];
  if (!isJsonObject(given)) return { type: "json" };
  const { schema, name, description } = given;
  return {
    type: "json",
    ...(isJsonObject(schema) ? { schema } : {}),
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof description === "string" ? { description } : {}),
  };
}

function toolsOf(tools: JsonValue | undefined): readonly SdkTool[] | undefined {
  if (!Array.isArray(tools) || tools.length === 0) return undefined;
  return tools.filter(isJsonObject).map((tool) => {
    const { name, description, parameters, strict } = isJsonObject(tool["function"])
      ? tool["function"]
      : tool;
    return {
      type: "function",
      name: String(name ?? ""),
      inputSchema: isJsonObject(parameters) ? parameters : { type: "object", properties: {} },
      ...(typeof description === "string" ? { description } : {}),
      ...(typeof strict === "boolean" ? { strict } : {}),
    };
  });
}

function toolChoice(choice: JsonValue | undefined): SdkCallOptions["toolChoice"] {
  if (choice === "auto" || choice === "none" || choice === "required") return { type: choice };
  const named = isJsonObject(choice) ? choice["function"] : undefined;
  const name = isJsonObject(named) ? named["name"] : isJsonObject(choice) ? choice["name"] : undefined;
  return typeof name === "string" ? { type: "tool", toolName: name } : undefined;
}

/** Where a cached prefix ends: Anthropic's own mark, or Bedrock's cache point. Other providers cache by themselves. */
function cacheMarkOf(optionsKey: string, control: JsonObject): SdkProviderOptions | undefined {
  const { ttl } = control;
  const lifetime = typeof ttl === "string" ? { ttl } : {};
  if (optionsKey === "anthropic") return { anthropic: { cacheControl: { type: "ephemeral", ...lifetime } } };
  if (optionsKey === "bedrock") return { bedrock: { cachePoint: { type: "default", ...lifetime } } };
  return undefined;
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The packages name options in camel case, the providers' own documentation in snake case. */
function inCamelCase(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(inCamelCase);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [camelCase(name), inCamelCase(inner as JsonValue)]),
  );
}

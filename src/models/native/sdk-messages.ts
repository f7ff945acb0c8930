import { textOf } from "../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { ModelError } from "../../core/errors.ts";
import type { SdkFileData, SdkMessage, SdkPart, SdkProviderOptions } from "./sdk-model.ts";

/** What the conversion depends on. */
export interface MessageTarget {
  /** Name for messages. */
  readonly who: string;
  readonly specification: string;
  /** Marks a part as the end of a cached prefix; undefined if the provider has no such marks. */
  readonly cacheMark: (control: JsonObject) => SdkProviderOptions | undefined;
}

/**
 * Converts messages of chat completions to a prompt of the AI SDK. System messages go first, as these providers have
 * one place for them. Throws ModelError `bad_request` for a part that cannot be sent.
 */
export function sdkMessages(messages: JsonValue | undefined, target: MessageTarget): readonly SdkMessage[] {
  const list = Array.isArray(messages) ? messages.filter(isJsonObject) : [];
  const toolNames = new Map(list.flatMap(calledTools));
  const isSystem = ({ role }: JsonObject) => role === "system" || role === "developer";
  return [
    ...list.filter(isSystem).map((message) => systemMessage(message, target)),
    ...joinedResults(
      list.filter((message) => !isSystem(message)).map((message) => turn(message, toolNames, target)),
    ),
  ];
}

function systemMessage({ content }: JsonObject, target: MessageTarget): SdkMessage {
  const marked = Array.isArray(content) ? content.filter(isJsonObject).find(isMarked) : undefined;
  const providerOptions = marked === undefined ? undefined : markOf(marked, target);
  return { role: "system", content: textOf(content), ...defined({ providerOptions }) };
}

function turn(
  message: JsonObject,
  toolNames: ReadonlyMap<string, string>,
  target: MessageTarget,
): SdkMessage {
  const { role, content, tool_call_id: id } = message;
  if (role === "tool") {
    const toolCallId = String(id ?? "");
    const value = textOf(content);
    const toolName = toolNames.get(toolCallId) ?? String(message["name"] ?? toolCallId);
    return {
      role: "tool",
      content: [{ type: "tool-result", toolCallId, toolName, output: { type: "text", value } }],
    };
  }
  const parts = partsOf(content ?? null).map((part) => sdkPart(part, target));
  if (role !== "assistant") return { role: "user", content: parts };
  const refusal = textOf(message["refusal"]);
  return {
    role: "assistant",
    content: [
      ...parts,
      ...(parts.length === 0 && refusal !== "" ? [{ type: "text" as const, text: refusal }] : []),
      ...toolCallParts(message),
    ],
  };
}

/** Answers to several calls of one turn belong to one message. */
function joinedResults(turns: readonly SdkMessage[]): readonly SdkMessage[] {
  const joined: SdkMessage[] = [];
  for (const next of turns) {
    const last = joined.at(-1);
    if (last?.role === "tool" && next.role === "tool")
      joined[joined.length - 1] = { role: "tool", content: [...last.content, ...next.content] };
    else joined.push(next);
  }
  return joined;
}

function partsOf(content: JsonValue): readonly JsonObject[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return Array.isArray(content) ? content.filter(isJsonObject) : [];
}

function sdkPart(part: JsonObject, target: MessageTarget): SdkPart {
  const providerOptions = isMarked(part) ? markOf(part, target) : undefined;
  return { ...bareParts(part, target), ...defined({ providerOptions }) } as SdkPart;
}

function bareParts(part: JsonObject, target: MessageTarget): SdkPart {
  const { type } = part;
  if (typeof part["text"] === "string") return { type: "text", text: part["text"] };
  if (type === "image_url") {
    const image = part["image_url"];
    const url = typeof image === "string" ? image : isJsonObject(image) ? image["url"] : undefined;
    return fileOf(String(url ?? ""), "image/*", target);
  }
  const audio = part["input_audio"];
  if (type === "input_audio" && isJsonObject(audio)) {
    const mediaType = `audio/${audio["format"] ?? "wav"}`;
    return { type: "file", mediaType, data: fileData(String(audio["data"] ?? ""), target) };
  }
  const file = part["file"];
  if (type === "file" && isJsonObject(file)) {
    const name = file["filename"];
    return {
      ...fileOf(String(file["file_data"] ?? ""), "application/pdf", target),
      ...(typeof name === "string" ? { filename: name } : {}),
    };
  }
  throw unsendable(target, `a part of type ${JSON.stringify(type ?? null)}`);
}

function fileOf(url: string, mediaType: string, target: MessageTarget) {
  const inline = /^data:([^;,]*)(?:;[^,;]*)*;base64,(.*)$/s.exec(url);
  if (inline !== null) {
    const [, given = "", data = ""] = inline;
    return {
      type: "file",
      mediaType: given === "" ? mediaType : given,
      data: fileData(data, target),
    } as const;
  }
  if (!/^(https?|gs|s3):/i.test(url) || !URL.canParse(url))
    throw unsendable(target, "an image without a URL");
  return { type: "file", mediaType, data: fileData(new URL(url), target) } as const;
}

function fileData(data: string | URL, { specification }: MessageTarget): SdkFileData {
  if (specification === "v3") return data;
  return typeof data === "string" ? { type: "data", data } : { type: "url", url: data };
}

function unsendable({ who }: MessageTarget, what: string): ModelError {
  return new ModelError(`${who} was not called: a message holds ${what}`, {
    kind: "bad_request",
    hint: "use text, image_url, input_audio or file parts",
  });
}

function toolCallParts(message: JsonObject): readonly SdkPart[] {
  const calls = message["tool_calls"];
  return (Array.isArray(calls) ? calls.filter(isJsonObject) : []).map((call) => {
    const called = isJsonObject(call["function"]) ? call["function"] : {};
    return {
      type: "tool-call",
      toolCallId: String(call["id"] ?? ""),
      toolName: String(called["name"] ?? ""),
      input: argumentsOf(called["arguments"]),
    };
  });
}

/** Models may write arguments that are no JSON; providers take an object. */
function argumentsOf(text: JsonValue | undefined): JsonValue {
  if (typeof text !== "string") return text ?? {};
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return { arguments: text };
  }
}

function calledTools(message: JsonObject): readonly (readonly [string, string])[] {
  return toolCallParts(message).flatMap((part) =>
    part.type === "tool-call" ? [[part.toolCallId, part.toolName] as const] : [],
  );
}

function isMarked(part: JsonObject): boolean {
  return isJsonObject(part["cache_control"]);
}

function markOf(part: JsonObject, { cacheMark }: MessageTarget): SdkProviderOptions | undefined {
  return cacheMark(part["cache_control"] as JsonObject);
}

import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { Trace } from "../../core/trace.ts";
import { numberMember, objectMember, textMember } from "../json-members.ts";
import {
  answerOfParts,
  argumentsText,
  contentOfParts,
  messagesOfParts,
  type NativePart,
  objectsOf,
  parametersBeside,
} from "./native-parts.ts";

const kinds = "text image document video toolUse toolResult reasoningContent guardContent cachePoint".split(
  " ",
);

/** True for a request of Bedrock's Converse API: blocks of content have no type, but one named member. */
export function isConverseRequest(body: JsonObject): boolean {
  const { messages } = body;
  return Array.isArray(messages) && messages.length > 0 && messages.every(isConverseTurn);
}

function isConverseTurn(value: JsonValue): boolean {
  if (!isJsonObject(value) || typeof value["role"] !== "string" || !Array.isArray(value["content"]))
    return false;
  return value["content"].every(
    (block: JsonValue) =>
      isJsonObject(block) && typeof block["type"] !== "string" && kinds.some((kind) => kind in block),
  );
}

/** True for an answer of Converse, `{output: {message: {role, content}}, stopReason, usage}`. */
export function isConverseAnswer(body: JsonObject): boolean {
  const message = isJsonObject(body["output"]) ? body["output"]["message"] : undefined;
  return isJsonObject(message) && Array.isArray(message["content"]);
}

export function converseRequest(body: JsonObject): Pick<Trace, "messages" | "model" | "parameters"> {
  const turns = objectsOf(body["messages"]).flatMap(({ role, content }) =>
    messagesOfParts(typeof role === "string" ? role : "user", objectsOf(content).map(partOf)),
  );
  const system = objectsOf(body["system"]).map(partOf);
  const { inferenceConfig, ...rest } = body;
  const parameters = {
    ...(isJsonObject(inferenceConfig) ? inferenceConfig : {}),
    ...parametersBeside(rest, "messages", "system", "modelId"),
  };
  return {
    messages: [...messagesOfParts("system", system), ...turns],
    ...defined({ model: textMember(body, "modelId") }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  };
}

export function converseAnswer(body: JsonObject) {
  const message = objectMember(objectMember(body, "output") ?? {}, "message") ?? {};
  const counts = objectMember(body, "usage") ?? {};
  const usage = defined({
    inputTokens: numberMember(counts, "inputTokens"),
    outputTokens: numberMember(counts, "outputTokens"),
  });
  return answerOfParts({
    parts: objectsOf(message["content"]).map(partOf),
    finishReason: textMember(body, "stopReason"),
    usage: Object.keys(usage).length === 0 ? undefined : usage,
    body,
  });
}

function partOf(block: JsonObject): NativePart {
  const { text, toolUse, toolResult, reasoningContent } = block;
  if (typeof text === "string") return { text };
  if (isJsonObject(toolUse))
    return {
      call: {
        id: textMember(toolUse, "toolUseId") ?? "",
        name: textMember(toolUse, "name") ?? "",
        arguments: argumentsText(toolUse["input"]),
      },
    };
  if (isJsonObject(toolResult))
    return {
      result: {
        id: textMember(toolResult, "toolUseId") ?? "",
        content: contentOfParts(objectsOf(toolResult["content"]).map(resultPart)),
      },
    };
  if (isJsonObject(reasoningContent))
    return { thought: textMember(objectMember(reasoningContent, "reasoningText") ?? {}, "text") ?? "" };
  return { other: block };
}

function resultPart(block: JsonObject): NativePart {
  return "json" in block ? { text: JSON.stringify(block["json"]) } : partOf(block);
}

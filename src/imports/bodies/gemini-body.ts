import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace } from "../../core/trace.ts";
import { numberMember, objectMember, textMember } from "../json-members.ts";
import {
  answerOfParts,
  argumentsText,
  messagesOfParts,
  type NativePart,
  objectsOf,
  parametersBeside,
} from "./native-parts.ts";

/** True for a request of Gemini's generateContent, `{contents: [{role, parts}]}`. */
export function isGeminiRequest(body: JsonObject): boolean {
  const { contents } = body;
  return Array.isArray(contents) && contents.length > 0 && contents.every(hasParts);
}

/** True for an answer of Gemini's generateContent, `{candidates: [{content: {parts}}], usageMetadata}`. */
export function isGeminiAnswer(body: JsonObject): boolean {
  const { candidates } = body;
  if (!Array.isArray(candidates)) return false;
  return candidates.length > 0
    ? candidates.every((one: JsonValue) => isJsonObject(one) && ("content" in one || "finishReason" in one))
    : "promptFeedback" in body;
}

export function geminiRequest(body: JsonObject): Pick<Trace, "messages" | "model" | "parameters"> {
  const { generationConfig, ...rest } = body;
  const system = [body["systemInstruction"], body["system_instruction"]].find(isJsonObject);
  const turns = objectsOf(body["contents"]).flatMap((content) =>
    messagesOfParts(content["role"] === "model" ? "assistant" : "user", partsOf(content)),
  );
  const instructions: readonly ChatMessage[] =
    system === undefined ? [] : messagesOfParts("system", partsOf(system));
  const parameters = {
    ...(isJsonObject(generationConfig) ? generationConfig : {}),
    ...parametersBeside(rest, "contents", "systemInstruction", "system_instruction", "model"),
  };
  return {
    messages: [...instructions, ...turns],
    ...defined({ model: textMember(body, "model") }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  };
}

/** Only the first candidate counts. Thoughts are billed as output. */
export function geminiAnswer(body: JsonObject) {
  const [candidate] = objectsOf(body["candidates"]);
  const counts = objectMember(body, "usageMetadata") ?? {};
  const answered = numberMember(counts, "candidatesTokenCount");
  const reasoningTokens = numberMember(counts, "thoughtsTokenCount");
  const outputTokens = answered === undefined ? reasoningTokens : answered + (reasoningTokens ?? 0);
  const usage = defined({
    inputTokens: numberMember(counts, "promptTokenCount"),
    outputTokens,
    reasoningTokens,
  });
  const blocked = textMember(objectMember(body, "promptFeedback") ?? {}, "blockReason");
  return {
    ...answerOfParts({
      parts: partsOf(objectMember(candidate ?? {}, "content") ?? {}),
      finishReason: textMember(candidate ?? {}, "finishReason") ?? (blocked && "content_filter"),
      usage: Object.keys(usage).length === 0 ? undefined : usage,
      body,
    }),
    ...defined({ model: textMember(body, "modelVersion") }),
  };
}

function hasParts(value: JsonValue): boolean {
  return isJsonObject(value) && Array.isArray(value["parts"]);
}

function partsOf({ parts }: JsonObject): readonly NativePart[] {
  return objectsOf(parts).map((part) => {
    const call = objectMember(part, "functionCall");
    const result = objectMember(part, "functionResponse");
    const text = textMember(part, "text");
    if (call !== undefined)
      return {
        call: {
          id: textMember(call, "id") ?? "",
          name: textMember(call, "name") ?? "",
          arguments: argumentsText(call["args"]),
        },
      };
    if (result !== undefined)
      return {
        result: {
          id: textMember(result, "id", "name") ?? "",
          content: JSON.stringify(result["response"] ?? {}),
        },
      };
    if (text !== undefined) return part["thought"] === true ? { thought: text } : { text };
    return { other: part };
  });
}

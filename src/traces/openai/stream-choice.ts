import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";

interface GatheredCall {
  id: string;
  name: string;
  arguments: string;
}

/** One choice of a stream of chat or text chunks. */
export function openChoice(endpoint: "chat" | "completion") {
  let role = "assistant";
  let text: string | null = null;
  let refusal: string | null = null;
  let finishReason: JsonValue = null;
  const logprobs: JsonValue[] = [];
  const calls: GatheredCall[] = [];

  const addCall = (part: JsonObject) => {
    const index = typeof part["index"] === "number" ? part["index"] : calls.length;
    const call = calls[index] ?? { id: "", name: "", arguments: "" };
    calls[index] = call;
    const called = isJsonObject(part["function"]) ? part["function"] : {};
    if (typeof part["id"] === "string" && part["id"] !== "") call.id = part["id"];
    // The name comes whole in one chunk; the arguments come in pieces.
    if (typeof called["name"] === "string" && called["name"] !== "") call.name = called["name"];
    if (typeof called["arguments"] === "string") call.arguments += called["arguments"];
  };

  return {
    add(part: JsonObject): void {
      if (typeof part["finish_reason"] === "string") finishReason = part["finish_reason"];
      const probabilities = isJsonObject(part["logprobs"]) ? part["logprobs"]["content"] : undefined;
      if (Array.isArray(probabilities)) logprobs.push(...structuredClone(probabilities));
      if (endpoint === "completion") {
        if (typeof part["text"] === "string") text = (text ?? "") + part["text"];
        return;
      }
      const delta = part["delta"];
      if (!isJsonObject(delta)) return;
      if (typeof delta["role"] === "string") role = delta["role"];
      if (typeof delta["content"] === "string") text = (text ?? "") + delta["content"];
      if (typeof delta["refusal"] === "string") refusal = (refusal ?? "") + delta["refusal"];
      const called = delta["tool_calls"];
      if (Array.isArray(called)) for (const one of called) if (isJsonObject(one)) addCall(one);
    },

    /** Has the provider said why it ends? */
    isWhole: () => finishReason !== null,

    value(): JsonObject {
      const end = {
        logprobs: logprobs.length === 0 ? null : { content: logprobs },
        finish_reason: finishReason,
      };
      if (endpoint === "completion") return { text: text ?? "", ...end };
      const toolCalls = calls
        .filter((call) => call !== undefined)
        .map(({ id, ...called }) => ({ id, type: "function", function: called }));
      const content = toolCalls.length > 0 && text === "" ? null : text;
      const message = {
        role,
        content,
        refusal,
        ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
      };
      return { message, ...end };
    },
  };
}

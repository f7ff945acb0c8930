import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import { defined } from "../../../core/defined.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageFields } from "../../answer-of-trace.ts";
import { numberIn, objectIn, textIn } from "../attribute-values.ts";
import { geminiMessages } from "../gemini-contents.ts";
import type { Convention } from "../otlp-span.ts";

/** Members of Gemini's configuration with another name in a trace. */
const names: Readonly<Record<string, string>> = {
  max_output_tokens: "max_tokens",
  stop_sequences: "stop",
  response_json_schema: "response_schema",
};

/** Google's Agent Development Kit: whole requests and responses in the form of Gemini. */
export const googleAdk: Convention = ({ attributes }) => {
  const request = objectIn(attributes, "gcp.vertex.agent.llm_request") ?? {};
  const response = objectIn(attributes, "gcp.vertex.agent.llm_response") ?? {};
  const config = isJsonObject(request["config"]) ? request["config"] : {};
  const { system_instruction: system, ...rest } = config;
  const asked = geminiMessages(request["contents"]);
  const instructions = geminiMessages(system, "system").map((one) => ({ ...one, role: "system" }));
  const [answer] = geminiMessages(response["content"], "assistant");
  const failure = response["error_message"];
  return defined({
    messages: asked.length === 0 ? undefined : [...instructions, ...asked],
    ...(answer === undefined ? {} : messageFields(answer)),
    model: textIn(request, "model"),
    parameters: parametersOf(rest),
    usage: usageOf(response["usage_metadata"]),
    finishReason: textIn(response, "finish_reason"),
    chatId: textIn(attributes, "gcp.vertex.agent.session_id", "gen_ai.conversation.id"),
    error: typeof failure === "string" ? failure : undefined,
  });
};

function parametersOf(config: JsonObject): JsonObject | undefined {
  const given = Object.entries(config).filter(
    ([name, value]) => value !== null && !/^(http_options|labels|tools)$/.test(name),
  );
  const declared = Array.isArray(config["tools"]) ? (config["tools"] as readonly JsonValue[]) : [];
  const tools = declared.filter(isJsonObject).flatMap(declarationsOf);
  const all = given.map(([name, value]) => [names[name] ?? name, value] as const);
  if (all.length === 0 && tools.length === 0) return undefined;
  return Object.fromEntries([...all, ...(tools.length === 0 ? [] : [["tools", tools] as const])]);
}

function declarationsOf(tool: JsonObject): readonly JsonObject[] {
  const list = tool["function_declarations"];
  if (!Array.isArray(list)) return [tool];
  return (list as readonly JsonValue[])
    .filter(isJsonObject)
    .map((declaration) => ({ type: "function", function: declaration }));
}

function usageOf(counts: JsonValue | undefined): Trace["usage"] {
  if (!isJsonObject(counts)) return undefined;
  return defined({
    inputTokens: numberIn(counts, "prompt_token_count"),
    outputTokens: numberIn(counts, "candidates_token_count"),
    reasoningTokens: numberIn(counts, "thoughts_token_count"),
  });
}

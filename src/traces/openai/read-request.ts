import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Trace } from "../../core/trace.ts";
import type { TracedEndpoint } from "./openai-endpoint.ts";
import { readChatMessages, readInputItems } from "./read-messages.ts";

type RequestFields = Pick<Trace, "messages" | "model" | "parameters" | "user">;

/** Keys of a body that have a field of their own in a trace. */
const named: Readonly<Record<TracedEndpoint, ReadonlySet<string>>> = {
  chat: new Set(["messages", "model", "user"]),
  completion: new Set(["prompt", "model", "user"]),
  responses: new Set(["input", "instructions", "model", "user"]),
};

/** What the body of a request says, in a trace's fields. */
export function readRequestFields(endpoint: TracedEndpoint, body: JsonObject): RequestFields {
  const rest = Object.entries(body).filter(([key]) => !named[endpoint].has(key));
  const user = body["user"] ?? body["safety_identifier"];
  return {
    messages: messagesOf(endpoint, body),
    ...(typeof body["model"] === "string" ? { model: body["model"] } : {}),
    ...(rest.length === 0 ? {} : { parameters: Object.fromEntries(rest) }),
    ...(typeof user === "string" ? { user } : {}),
  };
}

function messagesOf(endpoint: TracedEndpoint, body: JsonObject): readonly ChatMessage[] {
  if (endpoint === "chat") return readChatMessages(body["messages"]);
  if (endpoint === "responses") return readInputItems(body["input"], body["instructions"]);
  return promptsOf(body["prompt"]).map((content) => ({ role: "user", content }));
}

/** One prompt, or a batch of them; prompts of token numbers stay as JSON. */
function promptsOf(prompt: JsonValue | undefined): readonly string[] {
  if (typeof prompt === "string") return [prompt];
  if (prompt === undefined || prompt === null || isJsonObject(prompt)) return [];
  if (Array.isArray(prompt) && prompt.every((one) => typeof one === "string")) return prompt;
  return [JSON.stringify(prompt)];
}

import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { messageText } from "../../core/prompt/message.ts";

/** An answer as text: texts as they are, other values as JSON text. Undefined for null and blank texts. */
export function answerText(value: JsonValue | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  return canonicalJson(value);
}

/** `mlflow_wrapped` is how MLflow keeps outputs that are no object. */
const answerKeys = ["response", "output", "mlflow_wrapped"];
const loneKeys = ["text", "content"];

/**
 * The answer within the recorded `outputs` of an application: a text, a chat message, an object that
 * names its answer `response` or `output`, or has nothing but `text` or `content` (next to other keys
 * those are fields of a structured answer). Anything else is JSON text.
 */
export function outputText(outputs: JsonValue | undefined): string | undefined {
  if (!isJsonObject(outputs)) return answerText(outputs);
  const keys = Object.keys(outputs);
  const named = answerKeys.find((key) => Object.hasOwn(outputs, key));
  if (named !== undefined) return outputText(outputs[named]);
  if (typeof outputs.role === "string" && Object.hasOwn(outputs, "content")) return contentText(outputs);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined && loneKeys.includes(only)) return contentText(outputs, only);
  return answerText(outputs);
}

function contentText(holder: JsonObject, key = "content"): string | undefined {
  const content = holder[key];
  const isParts = Array.isArray(content) && content.length > 0 && content.every(isJsonObject);
  if (!isParts) return outputText(content);
  return answerText(messageText({ role: "assistant", content: content as readonly JsonObject[] }));
}

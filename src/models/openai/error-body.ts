import { isJsonObject } from "../../core/json.ts";

/**
 * An error body in the shape of OpenAI's, `{error: {message, code?, type?}}`, whatever the server
 * wrote: `{error: "…"}` (Ollama), `{error_code, message}` (Databricks), `{detail}` (FastAPI), text.
 */
export function errorBody(text: string): string {
  const parsed = parse(text);
  if (!isJsonObject(parsed)) return JSON.stringify({ error: { message: text } });
  const error = parsed["error"];
  if (isJsonObject(error)) return text;
  const message = firstText(error, parsed["message"], parsed["detail"]) ?? text;
  const code = firstText(parsed["code"], parsed["error_code"]);
  return JSON.stringify({ error: { message, ...(code === undefined ? {} : { code }) } });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === "string" && value !== "");
}

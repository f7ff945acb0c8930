import { isJsonObject, type JsonObject } from "../data/json.ts";
import { defined } from "../defined.ts";
import { finishMeaning } from "./answer.ts";

/** An error that a provider sent instead of an answer, with status 200. */
export interface AnswerFault {
  readonly message: string;
  /** The provider's own error code or type, as text. */
  readonly code?: string;
  /**
   * The HTTP status that the error stands for, if its code is a status. Gateways forward upstream statuses this
   * way.
   */
  readonly status?: number;
}

/** Unwraps a body that arrives as a one-element list or as JSON text. */
export function unwrapBody(body: unknown): unknown {
  if (Array.isArray(body) && body.length === 1) return body[0];
  if (typeof body !== "string" || !/^\s*[[{]/.test(body)) return body;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" ? unwrapBody(parsed) : body;
  } catch {
    return body;
  }
}

/**
 * Finds the error in the body of a chat or text completion: an error object, a failed choice, or a body that
 * cannot be an answer. Returns undefined if the body holds an answer. Expects an unwrapped body.
 */
export function answerFault(body: unknown): AnswerFault | undefined {
  if (!isJsonObject(body)) return { message: `no chat completion: ${excerpt(body)}` };
  const own = faultOf(body["error"]);
  if (own !== undefined) return own;
  const { choices } = body;
  if (!Array.isArray(choices) || choices.length === 0) {
    if (isPromptBlocked(body)) return undefined;
    return unnamedFault(body) ?? noChoices(body);
  }
  const choice: unknown = choices[0];
  if (!isJsonObject(choice)) return { message: "no choice in the answer" };
  const inner = faultOf(choice["error"]);
  if (inner !== undefined) return inner;
  const meaning = finishMeaning(asText(choice["finish_reason"]));
  if (meaning === "error") return { message: `the answer ended with an error (${choice["finish_reason"]})` };
  // Some gateways report an upstream failure as a normal finish reason.
  const native = asText(choice["native_finish_reason"]);
  if (finishMeaning(native) === "error" && isSilent(choice))
    return { message: `the answer ended with an error (${native})` };
  const isWithheld = meaning === "filter" || meaning === "length" || meaning === "refusal";
  const isAnswer = isWithheld || isJsonObject(choice["message"]) || typeof choice["text"] === "string";
  return isAnswer ? undefined : { message: "no message in the answer" };
}

function isSilent(choice: JsonObject): boolean {
  const message = isJsonObject(choice["message"]) ? choice["message"] : choice;
  const { content, text, tool_calls: calls } = message;
  return !content && !text && (!Array.isArray(calls) || calls.length === 0);
}

/** Finds the error in a body, however it is wrapped; undefined if the body has none. */
export function errorIn(sent: unknown): AnswerFault | undefined {
  const body = unwrapBody(sent);
  return isJsonObject(body) ? (faultOf(body["error"]) ?? unnamedFault(body)) : undefined;
}

/** Whether a body without choices reports that a filter blocked the prompt (Azure, Gemini). */
export function isPromptBlocked(body: JsonObject): boolean {
  const feedback = body["promptFeedback"] ?? body["prompt_feedback"];
  if (isJsonObject(feedback) && (feedback["blockReason"] ?? feedback["block_reason"]) != null) return true;
  const results = body["prompt_filter_results"] ?? body["prompt_annotations"];
  return Array.isArray(results) && results.filter(isJsonObject).some(isFiltered);
}

/** Whether an Azure filter withheld content: `{content_filter_results: {hate: {filtered: true}}}`. */
export function isFiltered(holder: JsonObject): boolean {
  const results = holder["content_filter_results"] ?? holder["content_filter_result"];
  return (
    isJsonObject(results) &&
    Object.values(results).some((one) => isJsonObject(one) && one["filtered"] === true)
  );
}

/** Reads an error object or error text; undefined if it is empty. */
export function faultOf(error: unknown): AnswerFault | undefined {
  if (typeof error === "string" && error !== "") return { message: error };
  if (Array.isArray(error)) return faultOf(error[0]);
  if (!isJsonObject(error) || Object.values(error).every((member) => member === null || member === "")) {
    return undefined;
  }
  const { message, code, type } = error;
  const status = statusOf(code) ?? statusOf(error["status"]) ?? statusOf(error["status_code"]);
  const name = [code, type].find((value) => typeof value === "string" || typeof value === "number");
  return {
    message: typeof message === "string" && message !== "" ? message : excerpt(error),
    ...defined({ code: name === undefined ? undefined : String(name), status }),
  };
}

/**
 * Errors without an `error` key, such as FastAPI's `detail`, Databricks' `error_code` and MiniMax's
 * `base_resp`.
 */
function unnamedFault(body: JsonObject): AnswerFault | undefined {
  const inner = body["base_resp"];
  if (isJsonObject(inner) && inner["status_code"] !== 0) {
    const message = asText(inner["status_msg"]) ?? excerpt(inner);
    return { message, code: String(inner["status_code"]) };
  }
  if (Array.isArray(body["errors"])) return faultOf(body["errors"]);
  const texts = [body["message"], body["msg"], body["detail"], body["error_description"]];
  const message = texts.find((one) => typeof one === "string" && one !== "");
  if (message === undefined) return undefined;
  return faultOf({
    message,
    code: body["code"] ?? body["error_code"] ?? null,
    type: body["type"] ?? null,
    status: body["status"] ?? null,
  });
}

function noChoices(body: JsonObject): AnswerFault {
  return Array.isArray(body["choices"])
    ? { message: "no choice in the answer" }
    : { message: `no chat completion: ${excerpt(body)}` };
}

function statusOf(code: unknown): number | undefined {
  const status = typeof code === "string" && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof status === "number" && status >= 400 && status < 600 ? status : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * The start of a body on one line of at most 120 characters. Cuts between words only: a word may be a key, and
 * masking does not recognize half a key.
 */
export function excerpt(answer: unknown): string {
  const text = typeof answer === "string" ? answer : (JSON.stringify(answer) ?? "nothing");
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= 120) return line || "an empty body";
  return `${line.slice(0, 119).replace(/[^\s"'<>{}[\](),;]*$/, "")}…`;
}

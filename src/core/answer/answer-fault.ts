import { isJsonObject, type JsonObject } from "../json.ts";

/** An error that a provider sent in place of an answer, with status 200. */
export interface AnswerFault {
  readonly message: string;
  /** The provider's own code or type, as text. */
  readonly code?: string;
  /** The status it stands for, where the code is one: gateways pass the status of their upstream on so. */
  readonly status?: number;
}

/**
 * The error in the body of a chat or text completion: an error object, a choice that is an error, or nothing
 * that could be an answer. Undefined when there is an answer to read.
 */
export function answerFault(body: unknown): AnswerFault | undefined {
  const whole = Array.isArray(body) && body.length === 1 ? body[0] : body;
  if (!isJsonObject(whole)) return { message: `no chat completion: ${excerpt(body)}` };
  const told = faultOf(whole["error"]);
  if (told !== undefined) return told;
  const { choices } = whole;
  if (!Array.isArray(choices)) return { message: `no chat completion: ${excerpt(body)}` };
  const choice: unknown = choices[0];
  if (!isJsonObject(choice)) return { message: "no choice in the answer" };
  const own = faultOf(choice["error"]);
  if (own !== undefined) return own;
  if (choice["finish_reason"] === "error") return { message: "the answer ended with an error" };
  const isAnswer = isJsonObject(choice["message"]) || typeof choice["text"] === "string";
  return isAnswer ? undefined : { message: "no message in the answer" };
}

function faultOf(error: unknown): AnswerFault | undefined {
  if (typeof error === "string" && error !== "") return { message: error };
  if (!isJsonObject(error)) return undefined;
  const { message, code, type } = error;
  const status = statusOf(code) ?? statusOf(error["status"]);
  const name = [code, type].find((value) => typeof value === "string" || typeof value === "number");
  return {
    message: typeof message === "string" && message !== "" ? message : excerpt(error),
    ...(name === undefined ? {} : { code: String(name) }),
    ...(status === undefined ? {} : { status }),
  };
}

function statusOf(code: JsonObject[string] | undefined): number | undefined {
  const status = typeof code === "string" && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof status === "number" && status >= 400 && status < 600 ? status : undefined;
}

/** The beginning of what came, on one line of at most 120 characters. */
export function excerpt(answer: unknown): string {
  const text = typeof answer === "string" ? answer : (JSON.stringify(answer) ?? "nothing");
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line || "an empty body";
}

import type { WireRequest } from "../loopback-answers.ts";
import type { WireAnswer } from "../loopback-wire.ts";

/** What may differ between chat completions. */
export interface ChatShape {
  readonly content?: unknown;
  /** More members of the message. */
  readonly message?: object;
  /** Default: `stop`. */
  readonly finish?: string | null;
  /** More members of the choice. */
  readonly choice?: object;
  /** Default: 12 and 7 tokens; null is sent, undefined omitted. */
  readonly usage?: unknown;
  /** More members of the body. */
  readonly body?: object;
}

const plainUsage = { prompt_tokens: 12, completion_tokens: 7, total_tokens: 19 };

/** A chat completion; without a `content`, it is omitted, as some servers do. */
export function chat(shape: ChatShape = {}): WireAnswer {
  const message = {
    role: "assistant",
    ...("content" in shape ? { content: shape.content } : {}),
    ...shape.message,
  };
  const finish_reason = shape.finish === undefined ? "stop" : shape.finish;
  return {
    body: {
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_760_000_000,
      model: "m",
      choices: [{ index: 0, message, finish_reason, ...shape.choice }],
      ...("usage" in shape ? { usage: shape.usage } : { usage: plainUsage }),
      ...shape.body,
    },
  };
}

/** The same answer to every request. */
export function always(answer: WireAnswer): () => WireAnswer {
  return () => answer;
}

/** The answer to the first request; the others are answered like OpenAI. */
export function once(answer: WireAnswer): (request: WireRequest, index: number) => WireAnswer | undefined {
  return (_, index) => (index === 0 ? answer : undefined);
}

/** An error in OpenAI's wording. */
export function openaiError(
  status: number,
  message: string,
  rest: { readonly type?: string; readonly param?: string; readonly code?: string | number } = {},
  headers: Readonly<Record<string, string>> = {},
): WireAnswer {
  const { type = "invalid_request_error", param = null, code = null } = rest;
  return { status, headers, body: { error: { message, type, param, code } } };
}

/** An error of Gemini's compatible endpoint: in a list, with typed details. */
export function geminiError(
  code: number,
  message: string,
  state: string,
  details: readonly object[] = [],
): WireAnswer {
  return { status: code, body: [{ error: { code, message, status: state, details } }] };
}

/** Rejected while the request has a member; answered once it is gone. */
export function refusesMember(
  names: string | readonly string[],
  refusal: WireAnswer,
): (request: WireRequest) => WireAnswer | undefined {
  const members = typeof names === "string" ? [names] : names;
  return (request) => (members.some((name) => request[name] !== undefined) ? refusal : undefined);
}

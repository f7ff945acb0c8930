import { type Answer, type AnswerKind, finishMeaning, isUsable } from "../core/answer/answer.ts";
import { readAnswer } from "../core/answer/read-answer.ts";
import { messageParts, readChatBody, readResponsesBody } from "../core/answer/read-answer-body.ts";
import { isJsonObject } from "../core/data/json.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import type { Trace } from "../core/trace.ts";
import { messageRecord } from "./message-record.ts";

/** Why a trace has no usable answer. */
export type UnusableReason = "failed" | Exclude<AnswerKind, "text" | "tool_calls">;

/**
 * Reads the answer of a trace: from the provider's response if the trace still has it, otherwise from the
 * trace's own fields. Traces without a finish reason are classified by their text. If `reasoning` is set, the
 * answer was read before and is not split again.
 */
export function answerOfTrace(trace: Trace): Answer {
  const { output, outputMessage, toolCalls, finishReason, reasoning } = trace;
  const own = readAnswer(
    {
      content: output ?? outputMessage?.content,
      refusal: outputMessage?.refusal,
      toolCalls: toolCalls ?? outputMessage?.toolCalls ?? [],
      finishReason,
    },
    { keepsReasoning: reasoning !== undefined },
  );
  const sent = sentAnswer(trace);
  return sent !== undefined && sent.text === own.text ? { ...own, kind: sent.kind } : own;
}

function sentAnswer({ providerResponse: body }: Trace): Answer | undefined {
  if (!isJsonObject(body)) return undefined;
  if (Array.isArray(body["choices"])) return readChatBody(body).answer;
  return body["object"] === "response" ? readResponsesBody(body).answer : undefined;
}

/** Undefined if the trace has a usable answer, or if no answer was recorded. */
export function unusableReason(trace: Trace): UnusableReason | undefined {
  const { error, errorCode, finishReason, output, outputMessage, toolCalls = [] } = trace;
  if (finishMeaning(errorCode) === "filter" || /^content_policy/.test(errorCode ?? "")) return "filtered";
  if ((error !== undefined && error !== "") || finishMeaning(finishReason) === "error") return "failed";
  const isUnrecorded = output === undefined && outputMessage === undefined && toolCalls.length === 0;
  if (isUnrecorded && finishMeaning(finishReason) === undefined) return undefined;
  // An image, audio or a file is an answer without text.
  if (output == null && hasOtherParts(outputMessage)) return undefined;
  const { kind } = answerOfTrace(trace);
  if (isUsable(kind)) return undefined;
  return kind as UnusableReason;
}

/** Moves thinking in the answer of a trace to `reasoning`. */
export function withReadAnswer<Fields extends Partial<Trace>>(trace: Fields): Fields {
  const { output, outputMessage, reasoning } = trace;
  if (reasoning !== undefined || (typeof output !== "string" && outputMessage === undefined)) return trace;
  const { text, reasoning: thought } = readAnswer({ content: output ?? outputMessage?.content });
  if (thought === undefined) return trace;
  return {
    ...trace,
    ...(typeof output === "string" ? { output: text } : {}),
    ...(outputMessage === undefined ? {} : { outputMessage: withoutThinking(outputMessage) }),
    reasoning: thought,
  };
}

/** A copy of the message without thinking in its content. */
export function withoutThinking(message: ChatMessage): ChatMessage {
  if (message.content === null) return message;
  const { text, reasoning } = readAnswer({ content: message.content });
  if (reasoning === undefined) return message;
  return { ...message, content: text === "" ? null : text };
}

function hasOtherParts(message: ChatMessage | undefined): boolean {
  if (message === undefined || !Array.isArray(message.content)) return false;
  return message.content.some(
    ({ type }) => !/^(text|output_text|thinking|reasoning|redacted)/.test(String(type ?? "text")),
  );
}

/** The trace fields of a model's message: the answer and, separately, its thinking. */
export function messageFields(
  message: ChatMessage | undefined,
): Pick<Trace, "output" | "outputMessage" | "toolCalls" | "reasoning"> {
  if (message === undefined) return {};
  const { reasoning_content: _, ...plain } = message as ChatMessage & { readonly reasoning_content?: string };
  const { text, reasoning } = readAnswer(messageParts(messageRecord(message)));
  const { toolCalls = [] } = message;
  return {
    output: text === "" && message.content === null ? null : text,
    outputMessage: withoutThinking(plain),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(reasoning === undefined ? {} : { reasoning }),
  };
}

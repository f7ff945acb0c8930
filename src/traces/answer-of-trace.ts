import { type Answer, type AnswerKind, isUsable } from "../core/answer/answer.ts";
import { finishMeaning } from "../core/answer/finish-reasons.ts";
import { readAnswer } from "../core/answer/read-answer.ts";
import { messageParts, readChatBody, readResponsesBody } from "../core/answer/read-answer-body.ts";
import { isJsonObject } from "../core/data/json.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import type { Trace } from "../core/trace.ts";
import { messageRecord } from "./message-record.ts";

/** Why a trace holds no answer to learn from. */
export type UnusableReason = "failed" | Exclude<AnswerKind, "text" | "tool_calls">;

/**
 * The answer in a trace, by the table of kinds: of the body that the provider sent, where the trace still holds
 * its answer, else of the trace's own fields. A trace without a finish reason is read as well as its text allows;
 * one that has its thinking apart was read before, and is not taken apart again.
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

/** Undefined for a trace with a usable answer, and for one that holds no answer at all because none was recorded. */
export function unusableReason(trace: Trace): UnusableReason | undefined {
  const { error, errorCode, finishReason, output, outputMessage, toolCalls = [] } = trace;
  if (finishMeaning(errorCode) === "filter" || /^content_policy/.test(errorCode ?? "")) return "filtered";
  if ((error !== undefined && error !== "") || finishMeaning(finishReason) === "error") return "failed";
  const isUnrecorded = output === undefined && outputMessage === undefined && toolCalls.length === 0;
  if (isUnrecorded && finishMeaning(finishReason) === undefined) return undefined;
  // A picture, a sound or a file is an answer without a text.
  if (output == null && hasOtherParts(outputMessage)) return undefined;
  const { kind } = answerOfTrace(trace);
  if (isUsable(kind)) return undefined;
  return kind as UnusableReason;
}

/** The same trace with its thinking apart from its answer. */
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

/** A message whose content is the answer alone. */
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

/** What a model's message means for the fields of a trace: the answer, and the thinking apart from it. */
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

import { readAnswer } from "../core/answer/read-answer.ts";
import { messageParts } from "../core/answer/read-answer-body.ts";
import type { ChatMessage } from "../core/prompt/message.ts";
import type { Trace } from "../core/trace.ts";
import { withoutThinking } from "./answer-of-trace.ts";
import { messageRecord } from "./message-record.ts";

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

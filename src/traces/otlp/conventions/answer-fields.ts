import { type ChatMessage, messageText } from "../../../core/message.ts";
import type { Trace } from "../../../core/trace.ts";

/** What a model's message means for the fields of a trace. */
export function answerFields(message: ChatMessage | undefined): Partial<Trace> {
  if (message === undefined) return {};
  const { toolCalls = [] } = message;
  return {
    output: message.content === null ? null : messageText(message),
    outputMessage: message,
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  };
}

import type { CompletionRequest } from "../../contracts/language-model.ts";
import { messageText } from "../../core/prompt/message.ts";
import type { ModelParameters } from "../../core/prompt/prompt.ts";

/** Every text of a request that a provider counts as input: messages, tools, the form of the answer. */
export function requestTexts(
  { messages, parameters }: Pick<CompletionRequest, "messages" | "parameters">,
  own: ModelParameters = {},
): readonly string[] {
  const { tools, responseFormat } = { ...own, ...parameters };
  return [
    ...messages.map(messageText),
    ...messages.flatMap(({ toolCalls = [] }) => toolCalls.map((call) => JSON.stringify(call))),
    ...(tools === undefined || tools.length === 0 ? [] : [JSON.stringify(tools)]),
    ...(responseFormat === undefined ? [] : [JSON.stringify(responseFormat)]),
  ];
}

import { digestOf } from "../../core/data/digest.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import { answerOffline } from "../answer-offline.ts";
import type { OfflineAnswer } from "../request.ts";
import type { ChatRequestBody } from "./read-body.ts";

export type Endpoint = "chat" | "completion";

/**
 * Fields shared by every body and chunk of an answer. `created` is fixed, so that equal requests get equal bytes.
 */
interface AnswerHead {
  readonly id: string;
  readonly model: string;
  readonly created: number;
}

const created = 1_700_000_000;

export interface Answered {
  readonly head: AnswerHead;
  readonly choices: readonly OfflineAnswer[];
  readonly usage: JsonObject;
}

export function answerBody(body: ChatRequestBody, endpoint: Endpoint): Answered {
  const answers = body.requests.map(answerOffline);
  const choices = answers.flatMap((answer) => Array.from({ length: body.choices }, () => answer));
  const sum = (count: (answer: OfflineAnswer) => number, all: readonly OfflineAnswer[]): number =>
    all.reduce((total, answer) => total + count(answer), 0);
  const prompt = sum(({ usage }) => usage.inputTokens, answers);
  const completion = sum(({ usage }) => usage.outputTokens, choices);
  const prefix = endpoint === "chat" ? "chatcmpl" : "cmpl";
  return {
    head: {
      id: `${prefix}-${digestOf(body.requests).slice(0, 24)}`,
      model: body.requests[0]?.model ?? "offline/small",
      created,
    },
    choices,
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  };
}

export function completeBody({ head, choices, usage }: Answered, endpoint: Endpoint): JsonObject {
  return {
    ...head,
    object: endpoint === "chat" ? "chat.completion" : "text_completion",
    choices: choices.map((answer, index) => ({
      index,
      ...(endpoint === "chat" ? { message: messageOf(answer) } : { text: answer.text }),
      finish_reason: answer.finishReason,
      logprobs: null,
    })),
    usage,
  };
}

function messageOf({ text, toolCalls }: OfflineAnswer): JsonObject {
  if (toolCalls.length === 0) return { role: "assistant", content: text, refusal: null };
  return { role: "assistant", content: null, refusal: null, tool_calls: toolCallsOf(toolCalls) };
}

function toolCallsOf(calls: OfflineAnswer["toolCalls"]): JsonValue[] {
  return calls.map(({ id, name, arguments: given }) => ({
    id,
    type: "function",
    function: { name, arguments: given },
  }));
}

/** The chunks of a streamed answer in order, without the end marker. */
export function chunksOf(
  { head, choices, usage }: Answered,
  endpoint: Endpoint,
  wantsUsage: boolean,
): JsonObject[] {
  const object = endpoint === "chat" ? "chat.completion.chunk" : "text_completion";
  const chunk = (index: number, part: JsonObject, finish: string | null): JsonObject => ({
    ...head,
    object,
    choices: [{ index, ...part, finish_reason: finish, logprobs: null }],
    ...(wantsUsage ? { usage: null } : {}),
  });
  const chunks = choices.flatMap((answer, index) => {
    const pieces = answer.text.match(/\s*\S+(?:\s+$)?|\s+$/g) ?? [];
    if (endpoint === "completion") {
      return [
        ...pieces.map((text) => chunk(index, { text }, null)),
        chunk(index, { text: "" }, answer.finishReason),
      ];
    }
    const calls = toolCallsOf(answer.toolCalls).map((call, at) =>
      chunk(index, { delta: { tool_calls: [{ index: at, ...(call as JsonObject) }] } }, null),
    );
    return [
      chunk(index, { delta: { role: "assistant", content: answer.toolCalls.length > 0 ? null : "" } }, null),
      ...pieces.map((content) => chunk(index, { delta: { content } }, null)),
      ...calls,
      chunk(index, { delta: {} }, answer.finishReason),
    ];
  });
  return wantsUsage ? [...chunks, { ...head, object, choices: [], usage }] : chunks;
}

import { isJsonObject, type JsonObject } from "../data/json.ts";
import { defined } from "../defined.ts";
import { type Answer, finishMeaning } from "./answer.ts";
import {
  type AnswerFault,
  answerFault,
  faultOf,
  isFiltered,
  isPromptBlocked,
  unwrapBody,
} from "./answer-fault.ts";
import { type ReadAnswerOptions, readAnswer } from "./read-answer.ts";
import {
  joinTexts,
  readCalledItem,
  readContent,
  readFunctionCall,
  readToolCalls,
  reasoningBeside,
} from "./read-content.ts";
import { type ReportedUsage, readReportedUsage } from "./read-usage.ts";

/** The contents of an answer's body. */
export interface BodyAnswer {
  /** The answer, possibly partial if there is also a fault. Absent if the body holds no part of an answer. */
  readonly answer?: Answer;
  /** Set if the provider failed, whatever the HTTP status. */
  readonly fault?: AnswerFault;
  /** The provider's own finish reason; absent if it sends none. */
  readonly finishReason?: string;
  readonly usage?: ReportedUsage;
  /** The message of the first choice, unchanged. */
  readonly message?: JsonObject;
}

/** Reads a whole chat or text completion. Only the first choice counts. Never throws. */
export function readChatBody(sent: unknown, options: ReadAnswerOptions = {}): BodyAnswer {
  const body = unwrapBody(sent);
  const fault = answerFault(body);
  if (!isJsonObject(body)) return fault === undefined ? {} : { fault };
  const usage = readReportedUsage(body["usage"]);
  const choice = Array.isArray(body["choices"]) ? body["choices"].find(isJsonObject) : undefined;
  const common = defined({ fault, usage });
  if (choice === undefined) {
    if (fault !== undefined || !isPromptBlocked(body)) return common;
    return {
      ...common,
      answer: readAnswer({ finishReason: "content_filter" }),
      finishReason: "content_filter",
    };
  }
  const message = isJsonObject(choice["message"]) ? choice["message"] : undefined;
  const finishReason = choice["finish_reason"];
  const finish = typeof finishReason === "string" ? finishReason : undefined;
  return {
    ...common,
    ...defined({ message, finishReason: finish }),
    answer: readAnswer(
      {
        ...(message === undefined ? { content: choice["text"] } : messageParts(message)),
        finishReason: finish,
        isFiltered: isFiltered(choice),
      },
      options,
    ),
  };
}

/** The parts of an answer in a chat message. */
export function messageParts(message: JsonObject) {
  const calls = readToolCalls(message["tool_calls"]);
  return {
    content: message["content"],
    refusal: message["refusal"],
    reasoning: reasoningBeside(message),
    toolCalls: calls.length > 0 ? calls : readFunctionCall(message["function_call"]),
  };
}

/** Reads a body of the responses endpoint. Never throws. */
export function readResponsesBody(sent: unknown, options: ReadAnswerOptions = {}): BodyAnswer {
  const body = unwrapBody(sent);
  if (!isJsonObject(body)) return { fault: { message: "no response in the answer" } };
  const usage = readReportedUsage(body["usage"]);
  const finishReason = responseEnd(body);
  const items = Array.isArray(body["output"]) ? body["output"].filter(isJsonObject) : [];
  const written = items.filter(({ type }) => type === "message").map(({ content }) => readContent(content));
  const thoughts = items.filter(({ type }) => type === "reasoning");
  const calls = items.filter(({ type }) => type === "function_call" || type === "custom_tool_call");
  const fault = responseFault(body, finishReason, items.length > 0);
  const answer = readAnswer(
    {
      content: written.map(({ text }) => text).join(""),
      refusal: written.map(({ refusal }) => refusal).join(""),
      reasoning: joinTexts([
        ...thoughts.map((item) => readContent([item]).reasoning),
        ...written.map(({ reasoning }) => reasoning),
      ]),
      toolCalls: calls.map(readCalledItem),
      finishReason,
    },
    options,
  );
  return {
    ...(fault !== undefined && items.length === 0 ? {} : { answer }),
    ...defined({ fault, usage, finishReason }),
  };
}

/** `completed`, `failed` …, or why the answer is incomplete; undefined while it is in progress. */
function responseEnd(body: JsonObject): string | undefined {
  const { incomplete_details: details, status } = body;
  const end = (isJsonObject(details) ? details["reason"] : undefined) ?? status;
  return typeof end === "string" && finishMeaning(end) !== "unfinished" ? end : undefined;
}

function responseFault(
  body: JsonObject,
  finishReason: string | undefined,
  hasItems: boolean,
): AnswerFault | undefined {
  const own = faultOf(body["error"]);
  if (own !== undefined) return own;
  if (finishMeaning(finishReason) === "error") return { message: `the response ended as ${finishReason}` };
  return hasItems || Array.isArray(body["output"]) ? undefined : { message: "no output in the response" };
}

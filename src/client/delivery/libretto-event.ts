import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace, TraceFeedback } from "../../core/trace.ts";
import { recordOfTrace } from "../../traces/trace-record.ts";

/**
 * The body of Libretto's `/event`, as its clients send it, plus the whole trace under `trace`. Derived from the
 * trace alone, so that redacted data appears in no other field.
 */
export function librettoEvent(trace: Trace, apiKey: string | undefined): JsonObject {
  const record = recordOfTrace(trace);
  const { tools, ...parameters } = trace.parameters ?? {};
  const { template } = isJsonObject(record["prompt"]) ? record["prompt"] : {};
  return present({
    apiName: trace.name,
    promptTemplateName: trace.name,
    apiKey,
    params: trace.inputs ?? {},
    prompt: {},
    ...(typeof template === "string"
      ? { promptTemplateText: template }
      : { promptTemplateChat: template ?? record["messages"] }),
    promptEventId: trace.eventId,
    modelParameters: {
      ...parameters,
      model: trace.model ?? null,
      modelProvider: trace.provider ?? null,
      modelType: typeof template === "string" ? "completion" : "chat",
    },
    response: trace.output ?? undefined,
    rawResponse: trace.providerResponse,
    responseMetrics: present({ usage: record["usage"], finish_reason: trace.finishReason }),
    responseErrors: trace.error === undefined ? undefined : [trace.error],
    responseTime: trace.latencyMs,
    tools,
    toolCalls: record["tool_calls"],
    chatId: trace.chatId,
    chainId: trace.chainId,
    context: trace.metadata,
    feedbackKey: trace.feedbackKey,
    trace: record,
  });
}

/** The body of Libretto's `/feedback`; `comment` is an addition of this project. */
export function librettoFeedback(
  key: string,
  feedback: TraceFeedback | { readonly isDeleted: true },
  apiKey: string | undefined,
): JsonObject {
  if ("isDeleted" in feedback) return present({ feedback_key: key, apiKey, is_deleted: true });
  const { rating, betterResponse, comment, at, by } = feedback;
  return present({ feedback_key: key, apiKey, rating, better_response: betterResponse, comment, at, by });
}

function present(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}

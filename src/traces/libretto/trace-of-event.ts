import { readToolCalls } from "../../core/answer/read-content.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { withReadAnswer } from "../answer-of-trace.ts";
import { derivedName } from "../derived-name.ts";
import { recordedErrorFields } from "../error-fields.ts";
import { readAnswerFields, readTraceUsage } from "../openai/read-answer.ts";
import { readLibrettoPrompt } from "./libretto-template.ts";

/** Event members with a field in a trace, plus API keys, which are never stored. */
const known = new Set([
  ...["apiName", "promptTemplateName", "apiKey", "projectKey", "params", "prompt", "promptTemplateChat"],
  ...["promptTemplateText", "promptEventId", "modelParameters", "response", "rawResponse", "responseMetrics"],
  ...[
    "responseErrors",
    "responseTime",
    "tools",
    "toolCalls",
    "chatId",
    "chainId",
    "parentEventId",
    "context",
  ],
  ...["feedbackKey", "trace"],
]);
/** Members of `modelParameters` with a field in a trace, or specific to Libretto. */
const named = new Set(["model", "modelProvider", "modelType", "user", "messages", "prompt"]);

/**
 * Converts an event of Libretto's clients (TypeScript and Python; chat, completions and assistants) to a
 * trace. Events have no timestamps, so the time of receipt is the end of the call. Unnamed events are named
 * after their template.
 */
export function traceOfEvent(event: JsonObject, traceId: string, receivedAt: Date): Trace {
  const params = isJsonObject(event["params"]) ? event["params"] : {};
  const model = isJsonObject(event["modelParameters"]) ? event["modelParameters"] : {};
  const { template, messages } = readLibrettoPrompt(event, params);
  const hasParams = Object.keys(params).length > 0;
  const name = text(event["apiName"]) ?? text(event["promptTemplateName"]) ?? derivedName(template, messages);
  const latencyMs =
    typeof event["responseTime"] === "number" ? Math.max(0, event["responseTime"]) : undefined;
  const parameters = parametersOf(model, event["tools"]);
  const chainId = text(event["chainId"]) ?? text(event["parentEventId"]);
  const errors: readonly JsonValue[] = Array.isArray(event["responseErrors"]) ? event["responseErrors"] : [];
  const rest = Object.entries(event).filter(([key]) => !known.has(key));
  const kind = text(model["modelType"]);
  return {
    traceId,
    ...given("eventId", text(event["promptEventId"])),
    ...given("feedbackKey", text(event["feedbackKey"])),
    ...given("chatId", text(event["chatId"])),
    ...given("chainId", chainId),
    name,
    prompt: { path: name, ...given("template", template) },
    ...(hasParams ? { inputs: params } : {}),
    ...given("messages", messages),
    ...answerOf(event, kind),
    ...given("model", text(model["model"])),
    ...given("provider", text(model["modelProvider"])),
    ...given("user", text(model["user"])),
    ...given("parameters", parameters),
    ...errorsOf(errors),
    startedAt: new Date(receivedAt.getTime() - (latencyMs ?? 0)).toISOString(),
    endedAt: receivedAt.toISOString(),
    ...given("latencyMs", latencyMs),
    source: "libretto",
    ...(isJsonObject(event["context"]) ? { metadata: event["context"] } : {}),
    ...(rest.length === 0 && kind === undefined
      ? {}
      : { other: { libretto: { ...Object.fromEntries(rest), ...given("modelType", kind) } } }),
  };
}

function answerOf(event: JsonObject, kind: string | undefined): Partial<Trace> {
  const raw = isJsonObject(event["rawResponse"]) ? event["rawResponse"] : undefined;
  const metrics = isJsonObject(event["responseMetrics"]) ? event["responseMetrics"] : undefined;
  const endpoint = kind === "completion" ? "completion" : "chat";
  // The metrics contain usage and finish reason of a response body, so the readers of bodies apply.
  const measured = metrics === undefined ? {} : metricFields(metrics);
  const answer = raw === undefined ? {} : readAnswerFields(endpoint, raw);
  const toolCalls = readToolCalls(event["toolCalls"]);
  const { response } = event;
  // `response` includes thinking, unless the body separated it from the answer.
  const isRead = answer.reasoning !== undefined && typeof answer.output === "string";
  return withReadAnswer({
    ...measured,
    ...given("providerResponse", metrics),
    ...answer,
    ...(typeof response === "string" && !isRead ? { output: response } : {}),
    ...(response === null && answer.output === undefined ? { output: null } : {}),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
  });
}

/** Reads `{usage, finish_reason}`. */
function metricFields(metrics: JsonObject): Partial<Trace> {
  const usage = readTraceUsage(metrics);
  const finish = metrics["finish_reason"];
  return { ...given("usage", usage), ...given("finishReason", text(finish)) };
}

function errorsOf(errors: readonly JsonValue[]): Partial<Trace> {
  const [first] = errors;
  if (first === undefined) return {};
  return { ...recordedErrorFields(first), error: errors.map(asText).join("\n") };
}

function parametersOf(model: JsonObject, tools: JsonValue | undefined): JsonObject | undefined {
  const rest = Object.entries(model).filter(([key]) => !named.has(key));
  const all = { ...Object.fromEntries(rest), ...(tools === undefined || tools === null ? {} : { tools }) };
  return Object.keys(all).length === 0 ? undefined : all;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function asText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function given<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [key in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in Key]: Value });
}

/** Libretto's clients send several of these with every event, possibly as null. */
const eventMembers = [
  "modelParameters",
  "apiName",
  "promptTemplateName",
  "promptTemplateChat",
  "promptTemplateText",
];

/** Why an object is not an event of Libretto's clients; undefined if it is one. */
export function eventProblem(value: JsonObject): string | undefined {
  return eventMembers.some((name) => name in value)
    ? undefined
    : "not an event: it has no name (apiName), template or modelParameters";
}

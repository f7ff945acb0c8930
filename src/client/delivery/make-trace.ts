import { randomUUID } from "node:crypto";
import { knownPrice } from "../../config/prices.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import type { Price } from "../../core/usage.ts";
import { derivedName } from "../../traces/derived-name.ts";
import { thrownFields } from "../../traces/error-fields.ts";
import { askedRequest } from "../../traces/model-name.ts";
import { cachedTokens, callCost, readAnswerFields } from "../../traces/openai/read-answer.ts";
import { readRequestFields } from "../../traces/openai/read-request.ts";
import type { ClientSettings } from "../client-settings.ts";
import type { FinishedCall } from "../record/recorded-call.ts";
import { recordedTemplate } from "../template/chat-template.ts";

/** `source` of traces recorded by the client. */
const clientSource = "dao-opt/openai";

/** The trace of a finished call. Throws if the request cannot be converted to JSON. */
export function makeTrace(call: FinishedCall, client: Pick<ClientSettings, "environment">): Trace {
  const { settings } = call;
  const request = readRequestFields(call.endpoint, bodyOf(call.request));
  const answer = call.answer === undefined ? {} : readAnswerFields(call.endpoint, parsed(call.answer));
  const model = answeredModel(answer) ?? request.model;
  const name = call.name ?? derivedName(call.used?.template, request.messages);
  const params = settings.templateParams ?? call.used?.params;
  const written = settings.templateChat ?? settings.templateText ?? call.used?.template;
  const { template, asWritten } =
    written === undefined
      ? { template: undefined, asWritten: undefined }
      : recordedTemplate(written, params ?? {});
  const metadata = { ...jsonObject(settings.context), ...asWritten, ...(retries(call) ?? {}) };
  return {
    traceId: `tr_${randomUUID().replaceAll("-", "")}`,
    ...given("parentId", settings.parentId),
    ...given("chainId", settings.chainId),
    ...given("chatId", settings.chatId),
    eventId: settings.eventId,
    feedbackKey: settings.feedbackKey,
    name,
    prompt: { path: name, ...given("template", template) },
    ...(params === undefined ? {} : { inputs: jsonObject(params) }),
    ...request,
    ...answer,
    ...given("model", model),
    ...given("providerRequest", askedRequest(request.model, model)),
    provider: call.provider,
    ...(answer.usage === undefined
      ? {}
      : callCost(answer.usage, cachedTokens(answer.providerResponse), priceOf(model, request.model))),
    ...(call.error === undefined ? {} : thrownFields(call.error)),
    startedAt: call.startedAt.toISOString(),
    endedAt: call.endedAt.toISOString(),
    latencyMs: call.latencyMs,
    ...given("providerLatencyMs", call.providerLatencyMs),
    ...given("environment", client.environment),
    source: clientSource,
    ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}

function bodyOf(request: string | object): JsonObject {
  const body = JSON.parse(typeof request === "string" ? request : JSON.stringify(request)) as JsonValue;
  return isJsonObject(body) ? body : {};
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function jsonObject(value: unknown): JsonObject {
  const plain = value === undefined ? {} : (JSON.parse(JSON.stringify(value)) as JsonValue);
  return isJsonObject(plain) ? plain : {};
}

/** Name of the snapshot that answered. */
function answeredModel({ providerResponse }: Pick<Trace, "providerResponse">): string | undefined {
  const model = isJsonObject(providerResponse) ? providerResponse["model"] : undefined;
  return typeof model === "string" && model !== "" ? model : undefined;
}

/** The price of the first name that has one: snapshots differ in price. */
function priceOf(...names: readonly (string | undefined)[]): Price | undefined {
  return names
    .filter((name) => name !== undefined)
    .map((name) => knownPrice(name))
    .find((price) => price !== undefined);
}

function retries({ attempts }: FinishedCall): JsonObject | undefined {
  return attempts > 1 ? { attempts } : undefined;
}

function given<Key extends string, Value>(
  key: Key,
  value: Value | undefined,
): { readonly [key in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [key in Key]: Value });
}

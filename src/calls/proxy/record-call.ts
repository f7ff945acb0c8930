import type { IncomingHttpHeaders } from "node:http";
import { errorIn, excerpt } from "../../core/answer/answer-fault.ts";
import { readChatBody } from "../../core/answer/read-answer-body.ts";
import { isJsonObject, type JsonObject, type JsonValue, parsedJson } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import type { Trace } from "../../core/trace.ts";
import type { Price } from "../../core/usage.ts";
import { type ErrorFields, errorFields, faultFields } from "../../traces/error-fields.ts";
import { askedRequest } from "../../traces/model-name.ts";
import { cachedTokens, callCost, readAnswerFields } from "../../traces/openai/read-answer.ts";
import { readRequestFields, type TracedEndpoint } from "../../traces/openai/read-request.ts";
import { endedEarly, gatherStream } from "../../traces/openai/stream-answer.ts";
import { decodeBody, readEvents } from "./body-copy.ts";
import { readCallLabels } from "./call-labels.ts";
import { maskCredentials } from "./forwarded-headers.ts";

/** A call that passed through the proxy. Bodies are undefined if they were too large to keep. */
export interface PassedCall {
  readonly endpoint: TracedEndpoint;
  readonly provider: string;
  readonly requestHeaders: IncomingHttpHeaders;
  readonly query: string;
  readonly requestBody: Buffer | undefined;
  /** Absent if there was no answer. */
  readonly status?: number;
  readonly responseHeaders: IncomingHttpHeaders;
  readonly responseBody: Buffer | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly latencyMs: number;
  /** Time from the request to the first byte of the response body. */
  readonly firstByteMs?: number;
  /** Why the answer is incomplete. */
  readonly failure?: string;
}

/** The trace of a call. Fields of unreadable bodies are omitted; never rejects. */
export async function traceOfCall(
  call: PassedCall,
  traceId: string,
  priceOf: (model: string) => Price | undefined,
): Promise<Trace> {
  const { endpoint, status, latencyMs, firstByteMs } = call;
  const encoding = call.requestHeaders["content-encoding"];
  const request = parsedJson((await textOf(call.requestBody, encoding)) ?? "");
  const asked = isJsonObject(request) ? readRequestFields(endpoint, request) : {};
  const isRefused = status !== undefined && status >= 400;
  const answer = await readBody(call);
  const read = answer.body === undefined || isRefused ? {} : readAnswerFields(endpoint, answer.body);
  // A caller that leaves after the end of the answer has all of it, even if the connection was still open.
  const failure = answer.isWhole === true ? undefined : call.failure;
  const { error, errorCode, errorStatus, ...came } = read;
  const own = error === undefined ? undefined : errorFields(error, errorCode, errorStatus);
  const failed = isRefused
    ? refusalOf(status, answer)
    : failure === undefined
      ? (answer.error ?? own)
      : errorFields(failure);
  const model = modelOf(answer.body) ?? asked.model;
  const providerRequest = askedRequest(asked.model, model);
  // A provider's alias has no price; the requested model may have one.
  const price = priceOf(model ?? "") ?? priceOf(asked.model ?? "");
  const trace: Trace = {
    traceId,
    ...asked,
    ...came,
    ...readCallLabels(call.requestHeaders),
    ...defined({ model, providerRequest }),
    provider: call.provider,
    ...(read.usage === undefined ? {} : callCost(read.usage, cachedTokens(read.providerResponse), price)),
    ...failed,
    ...(isRefused && answer.body !== undefined ? { providerResponse: answer.body } : {}),
    startedAt: call.startedAt.toISOString(),
    endedAt: call.endedAt.toISOString(),
    latencyMs: rounded(latencyMs),
    source: "proxy",
    metadata: {
      ...(firstByteMs === undefined ? {} : { time_to_first_byte_ms: rounded(firstByteMs) }),
      ...(status === undefined ? {} : { http_status: status }),
      ...leftOut(call),
    },
  };
  return maskCredentials(call.requestHeaders, call.query)(trace);
}

interface ReadBody {
  readonly body?: JsonValue;
  /** Why the answer is incomplete although its status is 200. */
  readonly error?: ErrorFields;
  /** The text of a body that is neither JSON nor a stream. */
  readonly page?: string;
  /** For a stream: whether the answer is complete. */
  readonly isWhole?: boolean;
}

async function readBody({ endpoint, responseBody, responseHeaders }: PassedCall): Promise<ReadBody> {
  const text = await textOf(responseBody, responseHeaders["content-encoding"]);
  if (text === undefined || text === "") return {};
  if (!/^text\/event-stream\b/i.test(responseHeaders["content-type"] ?? "")) {
    const body = parsedJson(text);
    if (body !== undefined) return { body };
    const { fault } = readChatBody(text);
    return { page: text, ...(fault === undefined ? {} : { error: faultFields(fault) }) };
  }
  const gathered = gatherStream(endpoint);
  const { events, hasEndMark } = readEvents(text);
  for (const event of events) gathered.add(event);
  const body = gathered.body();
  const fault = gathered.fault();
  const isWhole = fault === undefined && (gathered.isWhole() || hasEndMark);
  const error = fault === undefined ? (isWhole ? undefined : errorFields(endedEarly)) : faultFields(fault);
  return {
    ...defined({ body, error }),
    isWhole,
  };
}

async function textOf(bytes: Buffer | undefined, encoding: string | undefined): Promise<string | undefined> {
  return bytes === undefined ? undefined : decodeBody(bytes, encoding);
}

/** An error with its own status: wrapped in a list, under other names, or a web page. */
function refusalOf(status: number, { body, page }: ReadBody): ErrorFields {
  const fault = body === undefined ? undefined : errorIn(body);
  const text = fault?.message ?? (page === undefined ? undefined : excerpt(page));
  const message = text === undefined ? `HTTP ${status}` : `HTTP ${status}: ${text}`;
  return errorFields(message, fault?.code, status);
}

/** The dated name in the answer is more specific than the requested one. */
function modelOf(body: JsonValue | undefined): string | undefined {
  const model = isJsonObject(body) ? body["model"] : undefined;
  return typeof model === "string" && model !== "" ? model : undefined;
}

function leftOut({ requestBody, responseBody }: PassedCall): JsonObject {
  const missing = [
    ...(requestBody === undefined ? ["request"] : []),
    ...(responseBody === undefined ? ["response"] : []),
  ];
  return missing.length === 0 ? {} : { too_large_to_record: missing };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}

import type { IncomingHttpHeaders } from "node:http";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { Trace } from "../../core/trace.ts";
import type { Price } from "../../core/usage.ts";
import { askedRequest } from "../../traces/model-name.ts";
import { cachedTokens, callCost } from "../../traces/openai/call-cost.ts";
import type { OpenAIEndpoint } from "../../traces/openai/openai-endpoint.ts";
import { readAnswer } from "../../traces/openai/read-answer.ts";
import { readRequest } from "../../traces/openai/read-request.ts";
import { gatherStream } from "../../traces/openai/stream-answer.ts";
import { readLabels } from "./call-labels.ts";
import { decodeBody } from "./decode-body.ts";
import { maskCredentials } from "./mask-credentials.ts";
import { readEvents } from "./read-events.ts";

/** What passed through the proxy in one call. Bodies are undefined when they were too large to be kept. */
export interface PassedCall {
  readonly endpoint: OpenAIEndpoint;
  readonly provider: string;
  readonly requestHeaders: IncomingHttpHeaders;
  readonly query: string;
  readonly requestBody: Buffer | undefined;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly responseHeaders: IncomingHttpHeaders;
  readonly responseBody: Buffer | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly latencyMs: number;
  /** From the request to the first byte of the answer's body. */
  readonly firstByteMs?: number;
  /** Why the answer did not come to its end. */
  readonly failure?: string;
}

/** The trace of a call. Bodies that cannot be read leave their fields out; nothing of it rejects. */
export async function traceOfCall(
  call: PassedCall,
  traceId: string,
  priceOf: (model: string) => Price | undefined,
): Promise<Trace> {
  const { endpoint, status, latencyMs, firstByteMs } = call;
  const encoding = call.requestHeaders["content-encoding"];
  const request = jsonOf(await textOf(call.requestBody, encoding));
  const asked = isJsonObject(request) ? readRequest(endpoint, request) : {};
  const isRefused = status !== undefined && status >= 400;
  const answer = await readBody(call);
  const read = answer.body === undefined || isRefused ? {} : readAnswer(endpoint, answer.body);
  // Whoever leaves after the end of the answer has it all, though the connection was not at its end.
  const failure = answer.isWhole === true ? undefined : call.failure;
  const error = failure ?? (isRefused ? refusalOf(status, answer.body) : (answer.error ?? read.error));
  const model = modelOf(answer.body) ?? asked.model;
  const providerRequest = askedRequest(asked.model, model);
  // An alias of a provider's own has no price; what was asked for may have one.
  const price = priceOf(model ?? "") ?? priceOf(asked.model ?? "");
  const trace: Trace = {
    traceId,
    ...asked,
    ...read,
    ...readLabels(call.requestHeaders),
    ...(model === undefined ? {} : { model }),
    ...(providerRequest === undefined ? {} : { providerRequest }),
    provider: call.provider,
    ...(read.usage === undefined ? {} : callCost(read.usage, cachedTokens(read.providerResponse), price)),
    ...(error === undefined ? {} : { error }),
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
  /** Told in the midst of a stream. */
  readonly error?: string;
  /** Of a stream: did the answer come to its end? */
  readonly isWhole?: boolean;
}

async function readBody({ endpoint, responseBody, responseHeaders }: PassedCall): Promise<ReadBody> {
  const text = await textOf(responseBody, responseHeaders["content-encoding"]);
  if (text === undefined || text === "") return {};
  if (!/^text\/event-stream\b/i.test(responseHeaders["content-type"] ?? "")) {
    const body = jsonOf(text);
    return body === undefined ? {} : { body };
  }
  const gathered = gatherStream(endpoint);
  let error: string | undefined;
  for (const event of readEvents(text)) {
    gathered.add(event);
    error ??= isJsonObject(event) && event["error"] != null ? errorText(event) : undefined;
  }
  const body = gathered.body();
  return {
    ...(body === undefined ? {} : { body }),
    ...(error === undefined ? {} : { error }),
    isWhole: gathered.isWhole(),
  };
}

async function textOf(bytes: Buffer | undefined, encoding: string | undefined): Promise<string | undefined> {
  return bytes === undefined ? undefined : decodeBody(bytes, encoding);
}

function jsonOf(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function refusalOf(status: number, body: JsonValue | undefined): string {
  const text = isJsonObject(body) ? errorText(body) : undefined;
  return text === undefined ? `HTTP ${status}` : `HTTP ${status}: ${text}`;
}

function errorText({ error, message }: JsonObject): string | undefined {
  const told = isJsonObject(error) ? error["message"] : (error ?? message);
  return typeof told === "string" ? told : told == null ? undefined : JSON.stringify(told);
}

/** The dated name that the provider answered with tells more than the one that was asked for. */
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

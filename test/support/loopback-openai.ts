import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createRandom } from "../../src/core/random.ts";
import {
  chatBody,
  chatEvents,
  type ScriptedAnswer,
  textBody,
  textEvents,
  type WireRequest,
} from "./loopback-answers.ts";
import { type Fault, type FaultPlan, failResponse } from "./loopback-faults.ts";
import { embeddingBody, responseBody, responseEvents } from "./loopback-responses.ts";
import { sendWireAnswer, type WireAnswer } from "./loopback-wire.ts";

export interface LoopbackOptions {
  /** The model's answer; default: `ok`. */
  readonly answer?: (request: WireRequest, index: number) => string | ScriptedAnswer;
  readonly faults?: FaultPlan;
  /** The raw answer in place of script and faults; undefined: use those. */
  readonly respond?: (request: WireRequest, index: number) => WireAnswer | undefined;
  /** Time before each answer: fixed, or log-normal around a median. */
  readonly latency?:
    | { readonly fixedMs: number }
    | { readonly medianMs: number; readonly sigma: number; readonly seed: number };
  /** If given, other keys are rejected with 401. */
  readonly apiKey?: string;
  /** If given, other models are rejected with 404. */
  readonly models?: readonly string[];
  /** Whether to keep every request; default true, off for benchmarks. */
  readonly isRecording?: boolean;
}

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: WireRequest;
}

/** An OpenAI-compatible server on this machine, with a scripted model. */
export interface LoopbackOpenAI {
  /** Ends in `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly RecordedRequest[];
  /** Number of requests for completions so far. */
  readonly count: number;
  /** Those that a provider bills: answered by 200 or a 5xx other than 503 and 529, or never answered. */
  readonly billable: number;
  /** Maximum number of concurrent completions. */
  readonly mostInFlight: number;
  /** Resolves when this many completions have been requested. */
  reached(count: number): Promise<void>;
  close(): Promise<void>;
}

export async function startLoopbackOpenAI(options: LoopbackOptions = {}): Promise<LoopbackOpenAI> {
  const { isRecording = true } = options;
  const requests: RecordedRequest[] = [];
  const waiting: { readonly count: number; readonly done: () => void }[] = [];
  const delayMs = delays(options.latency);
  let count = 0;
  let inFlight = 0;
  let mostInFlight = 0;
  let billable = 0;

  function complete(path: string, body: WireRequest, response: ServerResponse): void {
    const index = count++;
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    response.on("close", () => {
      inFlight--;
      if (!response.headersSent || isBilled(response.statusCode)) billable++;
    });
    for (const { done } of waiting.filter((waiter) => waiter.count <= count)) done();
    const answerNow = () => answerRequest(path, body, index, options, response);
    const waitMs = delayMs(index);
    if (waitMs > 0) setTimeout(answerNow, waitMs);
    else answerNow();
  }

  const server = createServer((request, response) => {
    readBody(request, (text) => {
      const path = (request.url ?? "").replace(/\?.*$/s, "");
      const body = text === "" ? {} : (JSON.parse(text) as WireRequest);
      if (isRecording) {
        requests.push({
          method: request.method ?? "",
          path: request.url ?? "",
          headers: request.headers,
          body,
        });
      }
      const refusal = refusalOf(request, body, options);
      if (refusal !== undefined) send(response, refusal.status, JSON.stringify({ error: refusal.error }));
      else if (/\/(completions|responses|embeddings)$/.test(path)) complete(path, body, response);
      else if (path.endsWith("/models")) send(response, 200, modelList(options.models ?? ["loopback"]));
      else send(response, 404, JSON.stringify({ error: { message: `Invalid URL (${path})` } }));
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", 1024, resolve));
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    get count() {
      return count;
    },
    get billable() {
      return billable;
    },
    get mostInFlight() {
      return mostInFlight;
    },
    reached: (wanted) =>
      new Promise((done) => {
        if (count >= wanted) done();
        else waiting.push({ count: wanted, done });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function isBilled(status: number): boolean {
  return status < 400 || (status >= 500 && status !== 503 && status !== 529);
}

function answerRequest(
  path: string,
  body: WireRequest,
  index: number,
  options: LoopbackOptions,
  response: ServerResponse,
): void {
  if (response.destroyed) return;
  const wire = options.respond?.(body, index);
  if (wire !== undefined) {
    sendWireAnswer(response, wire);
    return;
  }
  const scripted = options.answer?.(body, index) ?? "ok";
  const answer = typeof scripted === "string" ? { text: scripted } : scripted;
  const fault = options.faults?.(index);
  const id = `chatcmpl-${index}`;
  const { text, events } = bodiesOf(path, id, body, answer, fault);
  const isInBody = fault === undefined || /^(empty-choices|content-filter|length)$/.test(fault.kind);
  if (!isInBody) failResponse(response, fault, body.stream === true ? events() : text());
  else if (body.stream === true) send(response, 200, events(), "text/event-stream");
  else send(response, 200, text());
}

/** An endpoint's answer, as a body and as a stream. */
function bodiesOf(
  path: string,
  id: string,
  body: WireRequest,
  answer: ScriptedAnswer,
  fault: Fault | undefined,
): { readonly text: () => string; readonly events: () => string } {
  if (path.endsWith("/chat/completions")) {
    return {
      text: () => chatBody(id, body, answer, fault),
      events: () => chatEvents(id, body, answer),
    };
  }
  if (path.endsWith("/responses")) {
    return { text: () => responseBody(id, body, answer), events: () => responseEvents(id, body, answer) };
  }
  if (path.endsWith("/embeddings")) {
    const text = () => embeddingBody(body, answer);
    return { text, events: text };
  }
  return { text: () => textBody(id, body, answer), events: () => textEvents(id, body, answer) };
}

function refusalOf(request: IncomingMessage, body: WireRequest, { apiKey, models }: LoopbackOptions) {
  const given =
    request.headers.authorization?.replace(/^Bearer /, "") ?? String(request.headers["api-key"] ?? "");
  if (apiKey !== undefined && given !== apiKey) {
    const message = `Incorrect API key provided: ${given}.`;
    return { status: 401, error: { message, type: "invalid_request_error", code: "invalid_api_key" } };
  }
  if (models !== undefined && body.model !== undefined && !models.includes(body.model)) {
    const message = `The model \`${body.model}\` does not exist or you do not have access to it.`;
    return { status: 404, error: { message, type: "invalid_request_error", code: "model_not_found" } };
  }
  return undefined;
}

function readBody(request: IncomingMessage, done: (text: string) => void): void {
  let text = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => {
    text += chunk;
  });
  request.on("end", () => done(text));
}

function send(response: ServerResponse, status: number, body: string, type = "application/json"): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function modelList(models: readonly string[]): string {
  const data = models.map((id) => ({ id, object: "model", created: 1_760_000_000, owned_by: "loopback" }));
  return JSON.stringify({ object: "list", data });
}

function delays(latency: LoopbackOptions["latency"]): (index: number) => number {
  if (latency === undefined) return () => 0;
  if ("fixedMs" in latency) return () => latency.fixedMs;
  const { medianMs, sigma, seed } = latency;
  const random = createRandom(seed);
  return (index) => {
    const draw = random.fork(String(index));
    // Box and Muller (1958): converts two uniform draws to a normal one.
    const normal = Math.sqrt(-2 * Math.log(1 - draw.next())) * Math.cos(2 * Math.PI * draw.next());
    return medianMs * Math.exp(sigma * normal);
  };
}

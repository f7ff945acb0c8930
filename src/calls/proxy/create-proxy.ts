import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { PassThrough, type Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { TraceSink } from "../../contracts/trace-store.ts";
import { collectGarbage } from "../../core/collect-garbage.ts";
import { defined } from "../../core/defined.ts";
import type { Trace } from "../../core/trace.ts";
import type { Price } from "../../core/usage.ts";
import { type TracedEndpoint, tracedEndpoint } from "../../traces/openai/read-request.ts";
import { createBodyCopy, createCopyRoom } from "./body-copy.ts";
import { forwardCall, openDispatcher } from "./forward-call.ts";
import { requestHeaders } from "./forwarded-headers.ts";
import { type PassedCall, traceOfCall } from "./record-call.ts";
import type { Upstream } from "./upstream.ts";

interface ProxyOptions {
  /** Evaluated once, at the first call: the proxy's own address is not known earlier. */
  readonly upstream: () => Upstream;
  readonly sink: Pick<TraceSink, "append">;
  readonly clock: { now(): Date; monotonicMs(): number };
  readonly log: (line: string) => void;
  readonly priceOf: (model: string) => Price | undefined;
  /** Whether a request header (lower-case name) is for the proxy alone. */
  readonly isOwnHeader?: (name: string, value: string) => boolean;
  /** Rejects a call with a status of the proxy's own. */
  readonly refuse: (
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    code: string,
    message: string,
  ) => void;
  /** Called with each trace after the sink received it. */
  readonly onTrace?: (trace: Trace) => void;
}

export interface RecordingProxy {
  /** Handles one request; `path` is the part after the proxy's prefix, including the query. */
  handle(request: IncomingMessage, response: ServerResponse, path: string): void;
  /** Resolves when the sink has received every call that ended. */
  settled(): Promise<void>;
  /** Closes the connections to the upstream. */
  close(): Promise<void>;
}

/** Bodies up to this size are sent in one piece; larger ones are streamed. */
const gatheredBytes = 1024 * 1024;
/** Larger bodies are forwarded but not recorded. */
const recordedBytes = 16 * 1024 * 1024;
/** Limit for all calls in progress; bodies beyond it are not recorded. */
const heldBytes = 32 * 1024 * 1024;
/** Larger bodies are parsed one at a time, because parsing takes several times their memory. */
const largeBytes = 1024 * 1024;

/** An OpenAI-compatible proxy that changes nothing and records requests and answers. */
export function createProxy(options: ProxyOptions): RecordingProxy {
  const { clock, log } = options;
  const recordings = new Set<Promise<void>>();
  /** Answers in progress; each is recorded when it ends. */
  const open = new Set<Promise<void>>();
  let opened: { readonly upstream: Upstream; readonly dispatcher: Promise<Dispatcher> } | undefined;
  let dispatcher: Dispatcher | undefined;
  const room = createCopyRoom(heldBytes);
  let largeOnes = Promise.resolve();

  function openUpstream() {
    const upstream = options.upstream();
    const promise = openDispatcher(upstream.origin);
    opened = { upstream, dispatcher: promise };
    void promise.then((ready) => {
      dispatcher = ready;
    });
    return opened;
  }

  function handle(request: IncomingMessage, response: ServerResponse, path: string): void {
    let upstream: Upstream;
    try {
      upstream = (opened ?? openUpstream()).upstream;
    } catch (error) {
      options.refuse(
        request,
        response,
        500,
        "upstream_invalid",
        error instanceof Error ? error.message : String(error),
      );
      return;
    }
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    open.add(closed);
    void closed.then(() => open.delete(closed));
    const query = path.indexOf("?");
    const route = query === -1 ? path : path.slice(0, query);
    const endpoint = request.method === "POST" ? tracedEndpoint(route) : undefined;
    const watch =
      endpoint === undefined ? undefined : watchCall(endpoint, request, upstream, path.slice(route.length));
    readBody(request, watch?.asked, (body) => {
      const call = {
        origin: upstream.origin,
        path: `${upstream.basePath}${path}`,
        method: request.method ?? "GET",
        headers: requestHeaders({
          rawHeaders: request.rawHeaders,
          isRecorded: endpoint !== undefined,
          dropped: droppedNames(request.headers),
          authorization: upstream.authorization,
        }),
        body,
      };
      const send = (through: Dispatcher) =>
        forwardCall(through, call, request, response, watch?.watcher ?? blind, ({ kind, reason }) => {
          const message =
            kind === "unreachable"
              ? `${upstream.shown} could not be reached: ${reason}`
              : `${upstream.shown} could not take the call: ${reason}. Requests with a key do not follow redirects; if the new address is correct, set it as the proxy's upstream`;
          if (kind === "redirect") log(message);
          options.refuse(request, response, 502, refusals[kind], message);
        });
      // Sends without another turn of the event loop once the dispatcher exists.
      if (dispatcher !== undefined) send(dispatcher);
      else void opened?.dispatcher.then(send);
    });
  }

  function watchCall(endpoint: TracedEndpoint, request: IncomingMessage, upstream: Upstream, query: string) {
    const startedAt = clock.now();
    const startedMs = clock.monotonicMs();
    const isTooLarge = Number(request.headers["content-length"] ?? 0) > recordedBytes;
    const asked = createBodyCopy(isTooLarge ? 0 : recordedBytes, room);
    const answered = createBodyCopy(recordedBytes, room);
    let status: number | undefined;
    let headers: IncomingHttpHeaders = {};
    let firstByteMs: number | undefined;
    const watcher = {
      headed(code: number, given: IncomingHttpHeaders) {
        status = code;
        headers = given;
      },
      passed(chunk: Buffer) {
        firstByteMs ??= clock.monotonicMs() - startedMs;
        answered.add(chunk);
      },
      ended(failure: string | undefined) {
        const call: PassedCall = {
          endpoint,
          provider: upstream.provider,
          requestHeaders: request.headers,
          query,
          requestBody: asked.bytes(),
          ...(status === undefined ? {} : { status }),
          responseHeaders: headers,
          responseBody: answered.bytes(),
          startedAt,
          endedAt: clock.now(),
          latencyMs: clock.monotonicMs() - startedMs,
          ...defined({ firstByteMs, failure }),
        };
        const bytes = (call.requestBody?.length ?? 0) + (call.responseBody?.length ?? 0);
        const isLarge = bytes >= largeBytes || mayUnpackToMuch(call);
        const reading = isLarge ? largeOnes.then(() => record(call)) : record(call);
        const recording = reading.finally(() => {
          asked.drop();
          answered.drop();
          if (bytes >= largeBytes) collectGarbage();
          recordings.delete(recording);
        });
        if (isLarge) largeOnes = recording;
        recordings.add(recording);
      },
    };
    return { asked, watcher };
  }

  /** Runs after the answer is sent, so that recording delays nobody. */
  async function record(call: PassedCall): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      const trace = await traceOfCall(call, `tr_${randomUUID().replaceAll("-", "")}`, options.priceOf);
      options.sink.append(trace);
      options.onTrace?.(trace);
    } catch (error) {
      log(`a call was not recorded: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  function droppedNames(headers: IncomingHttpHeaders): ReadonlySet<string> {
    const { isOwnHeader } = options;
    if (isOwnHeader === undefined) return nothing;
    const own = Object.entries(headers).filter(([name, value]) =>
      isOwnHeader(name, [value].flat().join(", ")),
    );
    return new Set(own.map(([name]) => name));
  }

  return {
    handle,
    async settled() {
      while (open.size + recordings.size > 0) await Promise.all([...open, ...recordings]);
    },
    async close() {
      await (await opened?.dispatcher)?.destroy();
    },
  };
}

/** Compressed bytes may expand a thousandfold. */
const packedBytes = 16 * 1024;

function mayUnpackToMuch({ requestHeaders: asked, responseHeaders, responseBody }: PassedCall): boolean {
  const isPacked = responseHeaders["content-encoding"] !== undefined;
  return asked["content-encoding"] !== undefined || (isPacked && (responseBody?.length ?? 0) > packedBytes);
}

const refusals = { unreachable: "upstream_unreachable", redirect: "upstream_redirected" } as const;
const nothing: ReadonlySet<string> = new Set();
const blind = { headed() {}, passed() {}, ended() {} };

/** Passes a short body on as a whole and a long one as it arrives, and copies both. */
function readBody(
  request: IncomingMessage,
  copy: { add(chunk: Buffer): void; bytes(): Buffer | undefined } | undefined,
  send: (body: Buffer | Readable | null) => void,
): void {
  const length = request.headers["content-length"];
  if (length === undefined && request.headers["transfer-encoding"] === undefined) {
    send(null);
    return;
  }
  if (length !== undefined && Number(length) <= gatheredBytes) {
    const whole = createBodyCopy(gatheredBytes);
    request.on("data", (chunk: Buffer) => {
      whole.add(chunk);
      copy?.add(chunk);
    });
    request.on("end", () => send(whole.bytes() ?? null));
    return;
  }
  const passing = new PassThrough();
  if (copy !== undefined) request.on("data", (chunk: Buffer) => copy.add(chunk));
  request.on("error", (error) => passing.destroy(error));
  request.pipe(passing);
  send(passing);
}

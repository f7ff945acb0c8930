import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { isLoopback } from "../../network/open-fetch.ts";
import { responseHeaders } from "./forwarded-headers.ts";

interface ForwardedCall {
  readonly origin: string;
  /** Including the query, unchanged. */
  readonly path: string;
  readonly method: string;
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
}

/** Observes the passing data; must neither throw nor change a chunk. */
interface PassageWatcher {
  headed(status: number, headers: IncomingHttpHeaders): void;
  passed(chunk: Buffer): void;
  /** Called once at the end. `failure` is set if the answer is incomplete. */
  ended(failure: string | undefined): void;
}

/** Why the upstream's answer is not passed on. */
type Unpassed =
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "redirect"; readonly reason: string };

/**
 * Sends a call on and its answer back, chunk by chunk as it comes: a slow caller slows the upstream down, a
 * caller that goes away ends the call there too, and a connection that breaks off breaks off for the caller.
 * `refuse` answers when nothing of the upstream can be passed on: it was not reached, or sent a redirect. Passed on,
 * a redirect would be followed by the caller's SDK, past the proxy and without its key or its body; followed here, the
 * key would go to an address that nobody named.
 */
export function forwardCall(
  dispatcher: Dispatcher,
  call: ForwardedCall,
  request: IncomingMessage,
  response: ServerResponse,
  watcher: PassageWatcher,
  refuse: (why: Unpassed) => void,
): void {
  let controller: Dispatcher.DispatchController | undefined;
  let isOver = false;
  const end = (failure?: string) => {
    if (isOver) return;
    isOver = true;
    watcher.ended(failure);
  };
  const resume = () => controller?.resume();
  response.on("drain", resume);
  response.once("close", () => {
    if (isOver) return;
    end("the caller went away before the answer was complete");
    controller?.abort(new Error("caller gone"));
  });
  dispatcher.dispatch(
    { origin: call.origin, path: call.path, method: call.method, headers: call.headers, body: call.body },
    {
      onRequestStart(given) {
        controller = given;
        if (isOver) given.abort(new Error("caller gone"));
      },
      onResponseStart(given, status, headers, statusMessage) {
        // Interim responses (100, 103) belong to one hop.
        if (status < 200) return;
        controller = given;
        watcher.headed(status, headers);
        const target = redirectTarget(status, headers);
        if (target !== undefined) {
          const reason = `it returned ${status} with a redirect to ${target}`;
          refuse({ kind: "redirect", reason });
          end(`the upstream sent a redirect, which is not followed: ${status} to ${target}`);
          given.abort(new Error("redirected"));
          return;
        }
        response.sendDate = false;
        const raw = (given.rawHeaders ?? []) as readonly Buffer[];
        response.writeHead(status, statusMessage ?? "", responseHeaders(raw));
        // A head and a short body leave in one packet; a head with a slow body does not wait for it.
        setImmediate(() => {
          if (!response.destroyed && !response.writableEnded) response.flushHeaders();
        });
      },
      onResponseData(given, chunk) {
        watcher.passed(chunk);
        if (!response.write(chunk)) given.pause();
      },
      onResponseEnd() {
        response.end();
        end();
      },
      onResponseError(_, error) {
        if (isOver) return;
        const reason = reasonOf(error);
        if (!response.headersSent && isUnreachable(error)) refuse({ kind: "unreachable", reason });
        else response.destroy();
        end(`the upstream ended the connection: ${reason}`);
        request.resume();
      },
    },
  );
}

/** Without the query, which may contain a key. */
function redirectTarget(status: number, { location }: IncomingHttpHeaders): string | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  return location.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//");
}

/**
 * The server is unreachable or its certificate invalid: otherwise the caller would see a connection closed
 * without a reason.
 */
function isUnreachable(error: Error): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_INVALID_ARG|UND_ERR_PRX_TLS)$|CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(
    code,
  );
}

function reasonOf(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  const message = error.message === "" ? String(code) : error.message;
  return code === undefined || message.includes(code) ? message : `${message} (${code})`;
}

/** Keep-alive connections to an upstream; the caller sets deadlines. */
export async function openDispatcher(origin: string): Promise<Dispatcher> {
  // Use the default export: a bundled CommonJS package has no other.
  const { Agent, EnvHttpProxyAgent } = (await import("undici")).default;
  const sockets = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 10_000, pipelining: 1 };
  return isLoopback(origin) ? new Agent(sockets) : new EnvHttpProxyAgent(sockets);
}

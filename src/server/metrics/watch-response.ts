import type { ServerResponse } from "node:http";
import type { ServerMetrics } from "./server-metrics.ts";

/** Counts a request when its answer ends, whichever way, and an event stream for as long as it is open. */
export function watchResponse(
  response: ServerResponse,
  metrics: ServerMetrics,
  clock: { monotonicMs(): number },
  group: string,
  method: string,
): void {
  const startedMs = clock.monotonicMs();
  let isStream = false;
  const { writeHead } = response;
  // Whoever answers, framework or proxy, comes through here; headers given to it are not in `getHeader`.
  response.writeHead = function watched(this: ServerResponse, ...given: Parameters<typeof writeHead>) {
    const result = writeHead.apply(this, given);
    if (isEventStream(this, given) && !isStream) {
      isStream = true;
      metrics.streamOpened();
    }
    return result;
  } as typeof writeHead;
  response.once("close", () => {
    if (isStream) metrics.streamClosed();
    metrics.requestEnded(group, method, response.statusCode, clock.monotonicMs() - startedMs);
  });
}

function isEventStream(response: ServerResponse, given: readonly unknown[]): boolean {
  const type = response.getHeader("content-type") ?? typeIn(given[given.length - 1]);
  return typeof type === "string" && type.startsWith("text/event-stream");
}

function typeIn(headers: unknown): unknown {
  if (Array.isArray(headers)) {
    const at = headers.findIndex((name) => typeof name === "string" && name.toLowerCase() === "content-type");
    return at === -1 ? undefined : headers[at + 1];
  }
  if (typeof headers !== "object" || headers === null) return undefined;
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type");
  return entry?.[1];
}

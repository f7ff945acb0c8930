import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** A raw HTTP answer. */
export interface WireAnswer {
  /** Default: 200. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text is sent unchanged, anything else as JSON. */
  readonly body?: unknown;
  /** Server-sent events in place of a body: a text is sent unchanged, anything else as `data:` with JSON. */
  readonly events?: readonly unknown[];
  /** Default: JSON, or server-sent events. */
  readonly contentType?: string;
  readonly isGzipped?: boolean;
  /** Time before the first byte, in milliseconds. */
  readonly delayMs?: number;
  /**
   * `start`: closes the socket before the first byte; `middle`: after half of the announced body or events.
   */
  readonly drop?: "start" | "middle";
}

export function sendWireAnswer(response: ServerResponse, answer: WireAnswer): void {
  if (answer.drop === "start") {
    response.socket?.destroy();
    return;
  }
  if (answer.delayMs === undefined) send(response, answer);
  else setTimeout(() => send(response, answer), answer.delayMs).unref();
}

function send(response: ServerResponse, answer: WireAnswer): void {
  if (response.destroyed) return;
  const { status = 200, headers = {}, events, isGzipped = false } = answer;
  const type = answer.contentType ?? (events === undefined ? "application/json" : "text/event-stream");
  const text = events === undefined ? bodyText(answer.body) : events.map(eventText).join("");
  const bytes = isGzipped ? gzipSync(text) : Buffer.from(text);
  // A stream has no announced length, so one that ends early looks complete.
  const length = events === undefined ? { "content-length": String(bytes.length) } : {};
  const encoding = isGzipped ? { "content-encoding": "gzip" } : {};
  response.writeHead(status, { "content-type": type, ...length, ...encoding, ...headers });
  if (answer.drop === "middle") {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy());
    return;
  }
  response.end(bytes);
}

function bodyText(body: unknown): string {
  return typeof body === "string" ? body : (JSON.stringify(body) ?? "");
}

/** One server-sent event. */
export function eventText(event: unknown): string {
  return typeof event === "string" ? event : `data: ${JSON.stringify(event)}\n\n`;
}

import type { ServerResponse } from "node:http";
import { createRandom } from "../../src/core/random.ts";

/** Faults of a provider in place of an answer. */
export type Fault =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Closes the socket before the first byte of an answer. */
  | { readonly kind: "drop" }
  /** Half of the announced body, then closes the socket. */
  | { readonly kind: "premature-close" }
  /** This many events of a stream, then its end: by dropping the socket, or normally. */
  | { readonly kind: "cut-stream"; readonly events: number; readonly isDropped: boolean }
  /** This many events of a stream, then one with an error. */
  | { readonly kind: "stream-error"; readonly events: number; readonly error: object }
  /** This many events of a stream, then nothing while the server is running. */
  | { readonly kind: "stall"; readonly events: number }
  /** A complete response with truncated JSON. */
  | { readonly kind: "cut-json" }
  | { readonly kind: "wrong-content-type" }
  | { readonly kind: "empty-choices" }
  | { readonly kind: "content-filter" }
  /** The answer's first words, with finish reason `length`. */
  | { readonly kind: "length" }
  /** Headers at once, the body after this long. */
  | { readonly kind: "slow-body"; readonly delayMs: number }
  /** No answer while the server is running. */
  | { readonly kind: "hang" };

/** Maps requests (counted from 0) to faults. */
export type FaultPlan = (index: number) => Fault | undefined;

/** `faultsAt({ 0: rateLimited(1) })`: the first request is refused, all others are answered. */
export function faultsAt(faults: Readonly<Record<number, Fault>>): FaultPlan {
  return (index) => faults[index];
}

/** Every request fails. */
export function always(fault: Fault): FaultPlan {
  return () => fault;
}

/** A share of the requests, drawn by seed, fails with one of the faults. */
export function faultRate(rate: number, faults: readonly Fault[], seed: number | string): FaultPlan {
  const random = createRandom(seed);
  return (index) => {
    const draw = random.fork(String(index));
    return draw.next() < rate ? draw.pick(faults) : undefined;
  };
}

export function rateLimited(retryAfterSeconds?: number): Fault {
  return {
    kind: "status",
    status: 429,
    headers: retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) },
    body: {
      error: { message: "Rate limit reached for requests", type: "requests", code: "rate_limit_exceeded" },
    },
  };
}

export function serverFault(status: number): Fault {
  return {
    kind: "status",
    status,
    body: { error: { message: "The server had an error processing your request", type: "server_error" } },
  };
}

/** Faults that replace the response. The others change its content. */
export function failResponse(response: ServerResponse, fault: Fault, body: string): void {
  const json = { "content-type": "application/json" };
  switch (fault.kind) {
    case "status": {
      const text = typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body ?? {});
      const type = typeof fault.body === "string" ? { "content-type": "text/html" } : json;
      response.writeHead(fault.status, { ...type, ...fault.headers });
      response.end(text);
      return;
    }
    case "drop":
      response.socket?.destroy();
      return;
    case "premature-close":
      response.writeHead(200, { ...json, "content-length": Buffer.byteLength(body) });
      response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
      return;
    case "cut-stream":
    case "stream-error":
    case "stall": {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const events = body.split(/(?<=\n\n)/).slice(0, fault.events);
      if (fault.kind === "stream-error") events.push(`data: ${JSON.stringify({ error: fault.error })}\n\n`);
      response.write(events.join(""), () => {
        if (fault.kind === "stall") return;
        if (fault.kind === "cut-stream" && fault.isDropped) response.socket?.destroy();
        else response.end();
      });
      return;
    }
    case "cut-json":
      response.writeHead(200, json);
      response.end(body.slice(0, body.length / 2));
      return;
    case "wrong-content-type":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html><body>Gateway login</body></html>");
      return;
    case "slow-body":
      response.writeHead(200, { ...json, "content-length": Buffer.byteLength(body) });
      response.flushHeaders();
      setTimeout(() => response.end(body), fault.delayMs).unref();
      return;
    case "hang":
    case "empty-choices":
    case "content-filter":
    case "length":
      return;
  }
}

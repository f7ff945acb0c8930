import type { IncomingMessage, ServerResponse } from "node:http";
import { collectGarbage, keepMemoryLow } from "../../core/collect-garbage.ts";
import type { Problem } from "../problem.ts";

/** Smaller bodies do not wait: a thousand of them are smaller than a few of the largest. */
const smallBytes = 256 * 1024;
const patienceMs = 30_000;
/** Maximum time without a byte of an expected body. */
const stallMs = 10_000;

interface BodyTurns {
  /**
   * Admits requests in order when there is room for their bodies; calls `refuse` after waiting too long. A
   * body is not read before its turn and occupies its room until the response ends.
   */
  take(
    request: IncomingMessage,
    response: ServerResponse,
    go: () => void,
    refuse: (problem: Problem) => void,
  ): void;
}

interface Waiting {
  readonly bytes: number;
  go(): void;
}

/**
 * A body exists several times while it is processed: as bytes, text, values and trace. There is room for one
 * of the largest at a time, or several smaller ones, until `settled` resolves.
 */
export function createBodyTurns(limitBytes: number, settled: () => Promise<unknown>): BodyTurns {
  const room = Math.max(limitBytes, smallBytes);
  const queue: Waiting[] = [];
  let taken = 0;

  const letNext = (): void => {
    for (let next = queue[0]; next !== undefined && taken + next.bytes <= room; next = queue[0]) {
      queue.shift();
      taken += next.bytes;
      next.go();
    }
  };

  return {
    take(request, response, go, refuse) {
      const bytes = sizeOf(request, room);
      if (bytes <= smallBytes) {
        go();
        return;
      }
      const waiting: Waiting = {
        bytes,
        go() {
          clearTimeout(patience);
          response.off("close", left);
          const watch = watchStall(request);
          const endCollecting = keepMemoryLow();
          response.once("close", () => {
            clearInterval(watch);
            void settled().then(() => {
              endCollecting();
              collectGarbage();
              taken -= bytes;
              letNext();
            });
          });
          go();
        },
      };
      const leave = (): boolean => {
        clearTimeout(patience);
        const at = queue.indexOf(waiting);
        if (at !== -1) queue.splice(at, 1);
        return at !== -1;
      };
      const left = () => {
        leave();
        letNext();
      };
      const patience = setTimeout(() => {
        response.off("close", left);
        if (leave()) refuse(busy);
        letNext();
      }, patienceMs);
      response.once("close", left);
      queue.push(waiting);
      letNext();
    },
  };
}

const busy: Problem = {
  status: 429,
  code: "bodies_too_large",
  message: "other large bodies are being read",
  hint: "retry later or send smaller parts",
  headers: { "retry-after": "1" },
};

/** Without a content length, assume the maximum. */
function sizeOf({ headers }: IncomingMessage, largest: number): number {
  if (headers["transfer-encoding"] !== undefined) return largest;
  return Math.min(Number(headers["content-length"] ?? 0), largest);
}

/** A client that announces a large body without sending it would block all others. */
function watchStall(request: IncomingMessage): NodeJS.Timeout {
  let before = request.socket.bytesRead;
  const watch = setInterval(() => {
    if (request.complete) {
      clearInterval(watch);
      return;
    }
    const now = request.socket.bytesRead;
    if (now === before) request.socket.destroy();
    before = now;
  }, stallMs);
  watch.unref();
  return watch;
}

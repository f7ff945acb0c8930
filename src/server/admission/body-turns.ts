import type { IncomingMessage, ServerResponse } from "node:http";
import { collectGarbage, keepMemoryLow } from "../../core/collect-garbage.ts";
import type { Problem } from "../problem.ts";

/** Bodies up to this go ahead at once: a thousand of them are fewer bytes than a few of the largest. */
const smallBytes = 256 * 1024;
const patienceMs = 30_000;
/** Time in which something of an awaited body must come. */
const stallMs = 10_000;

interface BodyTurns {
  /**
   * Lets a request go ahead when there is room for its body, in the order they came; calls `refuse` when it has
   * waited too long. Until its turn nothing of it is read. A body takes its room until the answer is done.
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
 * A body is held several times over while it is read, parsed, checked and answered: as bytes, as text, as values, as
 * a trace. So there is room for one of the largest at a time, or for several smaller ones, until `settled` says
 * that what an answer left behind is on disk.
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
  hint: "send it again in a moment, or in smaller parts",
  headers: { "retry-after": "1" },
};

/** A length that is not announced may be the largest. */
function sizeOf({ headers }: IncomingMessage, largest: number): number {
  if (headers["transfer-encoding"] !== undefined) return largest;
  return Math.min(Number(headers["content-length"] ?? 0), largest);
}

/** Who announces a large body and does not send it would keep all others waiting. */
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

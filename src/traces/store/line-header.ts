/** What of a trace's line is known before it is parsed. */
export interface LineHeader {
  readonly traceId: string;
  readonly startedMs: number;
  /** Start by a clock that was never set back: the order of traces. NaN when the start is no date. */
  readonly orderMs: number;
}

/** Of a trace that was begun after its writer's clock had been set back, by how much: see `createSetBackWatch`. */
export const setBackName = "clock_set_back_ms";

const longest = 512;
// The store writes these members first, in this order; others may write them anywhere.
const written = /^\{"trace_id":"([^"\\]*)","started_at":"([^"\\]*)"(?:,"clock_set_back_ms":(\d+))?[,}]/;

/** Undefined for a line of another make: it has to be parsed. */
export function lineHeader(bytes: Buffer, start: number, end: number): LineHeader | undefined {
  const found = written.exec(bytes.toString("utf8", start, Math.min(end, start + longest)));
  if (found === null) return undefined;
  const [, traceId = "", startedAt = "", setBack = "0"] = found;
  return headerOf(traceId, startedAt, Number(setBack));
}

/** The header of a record that was parsed; undefined when it is no trace. */
export function recordHeader(record: unknown): LineHeader | undefined {
  if (typeof record !== "object" || record === null) return undefined;
  const {
    trace_id: traceId,
    started_at: startedAt,
    [setBackName]: setBack,
  } = record as Record<string, unknown>;
  if (typeof traceId !== "string" || typeof startedAt !== "string") return undefined;
  return headerOf(traceId, startedAt, typeof setBack === "number" ? setBack : 0);
}

function headerOf(traceId: string, startedAt: string, setBackMs: number): LineHeader {
  const startedMs = Date.parse(startedAt);
  return { traceId, startedMs, orderMs: startedMs + setBackMs };
}

/**
 * Notices that the clock was set back, so that traces keep their order across it: what a trace's start must be
 * moved by to stand after what was started before it. Nothing as long as the clock runs on.
 */
interface SetBackWatch {
  /** Milliseconds to add to the start of a trace that is handed over now. */
  offsetMs(startedMs: number, nowMs: number): number;
}

export function createSetBackWatch(): SetBackWatch {
  let lastMs = Number.NEGATIVE_INFINITY;
  let setBackMs = 0;
  let earlierSetBackMs = 0;
  /** What the clock said right after it had been set back. */
  let landedMs = Number.POSITIVE_INFINITY;
  return {
    offsetMs(startedMs, nowMs) {
      if (nowMs < lastMs) {
        earlierSetBackMs = setBackMs;
        setBackMs += lastMs - nowMs;
        landedMs = nowMs;
      }
      lastMs = nowMs;
      if (setBackMs === 0) return 0;
      // Later than now: it was begun before the clock was set back.
      if (startedMs > nowMs) return earlierSetBackMs;
      // A call begins before it is handed over: one that began shortly before the first look is of the new time too.
      return startedMs >= landedMs - setBackMs ? setBackMs : 0;
    },
  };
}

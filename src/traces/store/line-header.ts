/** Data of a trace's line that is available without parsing the line. */
export interface LineHeader {
  readonly traceId: string;
  readonly startedMs: number;
  /**
   * Start time corrected for a clock that was set back; determines the order of traces. NaN if the start is
   * not a date.
   */
  readonly orderMs: number;
}

/** Record member: by how much the writer's clock had been set back. See `createSetBackWatch`. */
export const setBackName = "clock_set_back_ms";

const longest = 512;
// The store writes these members first and in this order. Other writers may use any order.
const written = /^\{"trace_id":"([^"\\]*)","started_at":"([^"\\]*)"(?:,"clock_set_back_ms":(\d+))?[,}]/;

/** Undefined for lines of other writers, which must be parsed. */
export function lineHeader(bytes: Buffer, start: number, end: number): LineHeader | undefined {
  const found = written.exec(bytes.toString("utf8", start, Math.min(end, start + longest)));
  if (found === null) return undefined;
  const [, traceId = "", startedAt = "", setBack = "0"] = found;
  return headerOf(traceId, startedAt, Number(setBack));
}

/** The header of a parsed record; undefined if it is not a trace. */
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
 * Detects that the clock was set back, so that traces keep their order: computes the offset that moves a
 * trace behind those started before it. Zero while the clock advances.
 */
interface SetBackWatch {
  /** Milliseconds to add to the start of a trace appended now. */
  offsetMs(startedMs: number, nowMs: number): number;
}

export function createSetBackWatch(): SetBackWatch {
  let lastMs = Number.NEGATIVE_INFINITY;
  let setBackMs = 0;
  let earlierSetBackMs = 0;
  /** The clock's value right after it was set back. */
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
      // A start after now means that the call started before the clock was set back.
      if (startedMs > nowMs) return earlierSetBackMs;
      // A call starts before it is appended, so one that started shortly before the first observation is also
      // in new time.
      return startedMs >= landedMs - setBackMs ? setBackMs : 0;
    },
  };
}

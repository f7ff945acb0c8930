import type { TraceLosses } from "../../contracts/trace-store.ts";
import { thrownReason } from "../../core/errors.ts";
import { PostgresError } from "../../postgres/postgres-error.ts";
import { createLossCount } from "../loss-count.ts";

const gatherMs = 10;
const largestBatch = 500;
/** Of a batch, in characters: a statement must end within its limit. */
const longestBatch = 8 * 1024 * 1024;
const shortestPauseMs = 500;
const longestPauseMs = 10_000;
/** At the end, a database that is down is waited for this long. */
const longestCloseMs = 10_000;

/** One thing to write, with its size in characters. */
export interface TraceWrite<Item> {
  readonly item: Item;
  readonly length: number;
}

/** Writes waiting for the database. `add` neither blocks nor throws. */
export interface TraceQueue<Item> {
  add(write: TraceWrite<Item>): void;
  /** Counts what was never queued. */
  lose(count: number, reason: string): void;
  /** Resolves after one attempt to write everything. */
  flush(): Promise<TraceLosses>;
  close(): Promise<TraceLosses>;
}

interface TraceQueueOptions<Item> {
  /** Writes all or nothing. */
  readonly write: (items: readonly Item[]) => Promise<void>;
  readonly maxWaiting: number;
  readonly onLoss?: ((losses: TraceLosses) => void) | undefined;
}

/** While the database is away, writes wait in memory, up to `maxWaiting` characters. */
export function openTraceQueue<Item>({
  write,
  maxWaiting,
  onLoss,
}: TraceQueueOptions<Item>): TraceQueue<Item> {
  let waiting: TraceWrite<Item>[] = [];
  let held = 0;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = shortestPauseMs;
  let isClosed = false;
  const { losses, lose } = createLossCount(onLoss);

  const drop = (count: number): void => {
    for (const { length } of waiting.splice(0, count)) held -= length;
  };
  /** False if the database is away and the rest waits. */
  const writeAll = async (): Promise<boolean> => {
    let largest = largestBatch;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, largest);
      while (batch.length > 1 && lengthOf(batch) > longestBatch) batch.length = Math.ceil(batch.length / 2);
      try {
        await write(batch.map(({ item }) => item));
        largest = Math.min(largest * 2, largestBatch);
      } catch (error) {
        if (error instanceof PostgresError && error.isPassing) return false;
        if (batch.length > 1 && isOfOneItem(error)) {
          largest = Math.ceil(batch.length / 2);
          continue;
        }
        lose(batch.length, thrownReason(error));
      }
      drop(batch.length);
    }
    return true;
  };
  const start = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeAll().then((isDone) => {
      writing = undefined;
      if (isDone) pauseMs = shortestPauseMs;
      else if (!isClosed) {
        timer ??= setTimeout(start, pauseMs).unref();
        pauseMs = Math.min(pauseMs * 2, longestPauseMs);
      }
    });
    return writing;
  };
  const flush = async (): Promise<TraceLosses> => {
    // What was added while a batch was on its way needs another round.
    await writing;
    await start();
    return losses();
  };

  return {
    lose,
    add(one) {
      if (isClosed) return lose(1, "the trace store was closed");
      if (held + one.length > maxWaiting)
        return lose(1, "the database is too slow or does not respond: too many traces are waiting");
      waiting.push(one);
      held += one.length;
      if (writing === undefined) timer ??= setTimeout(start, gatherMs);
    },
    flush,
    async close() {
      isClosed = true;
      const startedMs = performance.now();
      for (let rest = await flush(); waiting.length > 0; rest = await flush()) {
        if (performance.now() - startedMs > longestCloseMs) {
          lose(waiting.length, rest.reason ?? "the database cannot be reached");
          waiting = [];
          held = 0;
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, shortestPauseMs));
      }
      return losses();
    },
  };
}

/** One item may be what the database does not take: the others must not be lost with it. */
function isOfOneItem(error: unknown): boolean {
  return !(error instanceof PostgresError) || error.kind === "failed";
}

function lengthOf(batch: readonly TraceWrite<unknown>[]): number {
  return batch.reduce((sum, { length }) => sum + length, 0);
}

import type { TraceLosses } from "../../contracts/trace-store.ts";
import { ensureFolder, privateFolder } from "../../disk/ensure-folder.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { withLock } from "../../disk/lock.ts";
import { createLossCount } from "../loss-count.ts";
import { appendLines, createDayWriter } from "./append-lines.ts";
import { failureReason, lockFileOf } from "./day-files.ts";

/** How long a line waits to be written together with others. */
const gatherMs = 10;
/** This much is written without waiting for more. */
const gatherLength = 1024 * 1024;

/** Target of a line: the files of a day, or a file by path. */
type Target = { readonly day: string } | { readonly file: string };

/** Lines waiting to be written. No method blocks or throws. */
interface WriteQueue {
  add(target: Target, line: string): void;
  /** Counts lines that were never queued. */
  lose(count: number, reason: string): void;
  flush(): Promise<TraceLosses>;
  close(): Promise<TraceLosses>;
}

interface WriteQueueOptions {
  readonly folder: string;
  /** Size in bytes at which a new file is started for the day. */
  readonly partBytes: number;
  /**
   * Maximum number of waiting characters. Further lines are lost, so that a hanging disk cannot exhaust
   * memory.
   */
  readonly maxWaiting: number;
  readonly onLoss?: ((losses: TraceLosses) => void) | undefined;
}

export function openWriteQueue({ folder, partBytes, maxWaiting, onLoss }: WriteQueueOptions): WriteQueue {
  const days = createDayWriter(folder, partBytes);
  let waiting = new Map<string, { readonly target: Target; readonly lines: string[] }>();
  /** Number of characters waiting or being written. */
  let held = 0;
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  const { losses, lose } = createLossCount(onLoss);

  const writeBatch = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const batch = [...waiting.values()];
    waiting = new Map();
    if (batch.length === 0) return;
    const left = new Map(batch.map((entry) => [entry, entry.lines.length]));
    try {
      await inFolder(folder, async () => {
        for (const entry of batch) {
          const { target, lines } = entry;
          if (left.get(entry) === 0) continue;
          const { kept, failure } =
            "day" in target ? await days.append(target.day, lines) : await appendTo(target.file, lines);
          left.set(entry, 0);
          lose(lines.length - kept, failureReason(failure));
        }
      });
    } catch (error) {
      for (const count of left.values()) lose(count, failureReason(error));
    }
    for (const { lines } of batch) held -= lines.reduce((sum, line) => sum + line.length, 0);
  };
  const startWriting = (): Promise<void> => {
    writing = writing.then(writeBatch);
    return writing;
  };
  const flush = async (): Promise<TraceLosses> => {
    await startWriting();
    return losses();
  };

  return {
    lose,
    add(target, line) {
      if (isClosed) return lose(1, "the trace store was closed");
      if (held + line.length > maxWaiting)
        return lose(1, "the disk is too slow or does not respond: too many traces are waiting");
      const key = "day" in target ? target.day : target.file;
      const entry = waiting.get(key);
      if (entry === undefined) waiting.set(key, { target, lines: [line] });
      else entry.lines.push(line);
      const isFull = held <= gatherLength && held + line.length > gatherLength;
      held += line.length;
      if (isFull) void startWriting();
      // The timer keeps the process alive until the lines are written.
      else timer ??= setTimeout(startWriting, gatherMs);
    },
    flush,
    close() {
      isClosed = true;
      return flush();
    },
  };
}

async function appendTo(file: string, lines: readonly string[]) {
  return appendLines(file, lines).catch((failure: unknown) => ({ kept: 0, failure }));
}

/** Creates the folder again, once, if it is removed before the lock is taken. */
async function inFolder(folder: string, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await ensureFolder(folder, privateFolder);
    try {
      return await withLock(lockFileOf(folder), work);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT" || attempt === 2) throw error;
    }
  }
}

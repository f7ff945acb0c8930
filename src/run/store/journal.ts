import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { z } from "zod";
import type { Address, Exchange } from "../../contracts/answer-store.ts";
import { StoreError } from "../../core/errors.ts";

/** One exchange as it stands in `journal.jsonl`. */
export interface JournalRecord {
  readonly address: Address;
  readonly exchange: Exchange;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Milliseconds of the run, earlier sessions included. */
  readonly elapsedMs: number;
  /** `cache`: came out of the cross-run cache and was free. */
  readonly from: "provider" | "cache";
}

const lineSchema = z.object({
  address: z.string().min(1),
  exchange: z.custom<Exchange>((value) => typeof value === "object" && value !== null),
  at: z.string(),
  elapsed_ms: z.number(),
  from: z.enum(["provider", "cache"]),
});

/** The append-only file of every exchange of a run. */
export interface Journal {
  /** What earlier sessions wrote, by address; the last word on each. */
  readonly records: ReadonlyMap<Address, JournalRecord>;
  /** Returns when the operating system has the line: a killed process loses nothing that was answered. */
  append(record: JournalRecord): void;
  close(): void;
}

/** Reads a journal. A torn last line is dropped; a corrupt one elsewhere is a StoreError naming file and line. */
export function readJournal(file: string): { records: Map<Address, JournalRecord>; goodBytes: number } {
  const bytes = readBytes(file);
  const records = new Map<Address, JournalRecord>();
  let goodBytes = 0;
  let lineNumber = 0;
  while (goodBytes < bytes.length) {
    const end = bytes.indexOf(0x0a, goodBytes);
    lineNumber++;
    const isLast = end === -1 || end === bytes.length - 1;
    const text = bytes.toString("utf8", goodBytes, end === -1 ? bytes.length : end);
    const record = end === -1 ? undefined : parseLine(text);
    if (record === undefined) {
      if (isLast) break;
      throw new StoreError(`${file}:${lineNumber}: not a journal record`, {
        hint: "the file was changed or the disk is damaged; restore it, or start a fresh run (its answers are in the cache)",
      });
    }
    records.set(record.address, record);
    goodBytes = end + 1;
  }
  return { records, goodBytes };
}

/** Opens a journal for appending, over what is in it already. */
export function openJournal(file: string): Journal {
  const { records, goodBytes } = readJournal(file);
  const handle = withPlace(file, () => {
    const opened = openSync(file, "a");
    ftruncateSync(opened, goodBytes);
    return opened;
  });
  return {
    records,
    append({ address, exchange, at, elapsedMs, from }) {
      const line = JSON.stringify({ address, exchange, at, elapsed_ms: elapsedMs, from });
      withPlace(file, () => writeSync(handle, `${line}\n`));
    },
    close() {
      withPlace(file, () => fsyncSync(handle));
      closeSync(handle);
    },
  };
}

function parseLine(text: string): JournalRecord | undefined {
  try {
    const parsed = lineSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return undefined;
    const { elapsed_ms: elapsedMs, ...rest } = parsed.data;
    return { ...rest, elapsedMs };
  } catch {
    return undefined;
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw storeFailure(file, cause);
  }
}

function withPlace<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw storeFailure(file, cause);
  }
}

/** A file error as one clear sentence with its cure. */
export function storeFailure(file: string, cause: unknown): StoreError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const hints: Record<string, string> = {
    ENOSPC: "the disk is full: free some space, then go on with --resume; nothing answered so far is lost",
    EACCES: "the folder cannot be written: check its permissions or choose another with --state",
    EROFS: "the file system is read-only: choose another folder with --state",
    ENOTDIR: "a file stands where a folder is needed: choose another folder with --state",
  };
  return new StoreError(`${file}: ${message}`, { hint: code === undefined ? undefined : hints[code], cause });
}

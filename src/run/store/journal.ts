import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { Address, Exchange } from "../../contracts/answer-store.ts";
import { StoreError } from "../../core/errors.ts";
import { privateFile } from "../../disk/private-mode.ts";
import { storeFailure } from "./store-failure.ts";
import { writeAll } from "./write-all.ts";

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

/** The minutes of an optimization were over, after so many calls or rollouts had been admitted. */
export interface ClosingRecord {
  readonly optimization: string;
  readonly admissions: number;
}

/** What earlier sessions of a run wrote. */
export interface JournalContent {
  /** By address; the last word on each. */
  readonly records: ReadonlyMap<Address, JournalRecord>;
  /** Optimization → admissions. */
  readonly closings: ReadonlyMap<string, number>;
}

/** The append-only file of every exchange of a run. */
export interface Journal extends JournalContent {
  /** Returns when the operating system has the line: a killed process loses nothing that was answered. */
  append(record: JournalRecord): void;
  appendClosing(record: ClosingRecord): void;
  close(): void;
}

const exchangeLine = z.object({
  address: z.string().min(1),
  exchange: z.custom<Exchange>((value) => typeof value === "object" && value !== null),
  at: z.string(),
  elapsed_ms: z.number(),
  from: z.enum(["provider", "cache"]),
});
const closingLine = z.object({ closed: z.string(), admissions: z.int().nonnegative() });
const line = z.union([exchangeLine, closingLine]);

/** Reads a journal. A torn last line is dropped; a corrupt one elsewhere is a StoreError naming file and line. */
export function readJournal(file: string): JournalContent & { readonly goodBytes: number } {
  const bytes = readBytes(file);
  const records = new Map<Address, JournalRecord>();
  const closings = new Map<string, number>();
  let goodBytes = 0;
  let lineNumber = 0;
  while (goodBytes < bytes.length) {
    const end = bytes.indexOf(0x0a, goodBytes);
    lineNumber++;
    const isLast = end === -1 || end === bytes.length - 1;
    const parsed = end === -1 ? undefined : parseLine(bytes.toString("utf8", goodBytes, end));
    if (parsed === undefined) {
      if (isLast) break;
      throw new StoreError(`${file}:${lineNumber}: not a journal record`, {
        hint: "the file was changed or the disk is damaged; restore it, or start a fresh run (its answers are in the cache)",
      });
    }
    if ("closed" in parsed) closings.set(parsed.closed, parsed.admissions);
    else {
      const { elapsed_ms: elapsedMs, ...rest } = parsed;
      records.set(parsed.address, { ...rest, elapsedMs });
    }
    goodBytes = end + 1;
  }
  return { records, closings, goodBytes };
}

/** Opens a journal for appending, over what is in it already. */
export function openJournal(file: string): Journal {
  const { records, closings, goodBytes } = readJournal(file);
  const handle = withPlace(file, () => {
    const opened = openSync(file, "a", privateFile);
    ftruncateSync(opened, goodBytes);
    return opened;
  });
  let isOpen = true;
  const write = (value: z.input<typeof line>): void => {
    // A closed descriptor's number may belong to another file by now.
    if (!isOpen) throw new StoreError(`${file}: an answer came after the run had ended`);
    withPlace(file, () => writeAll(handle, `${JSON.stringify(value)}\n`));
  };
  return {
    records,
    closings,
    append: ({ elapsedMs, ...record }) => write({ ...record, elapsed_ms: elapsedMs }),
    appendClosing: ({ optimization, admissions }) => write({ closed: optimization, admissions }),
    close() {
      if (!isOpen) return;
      isOpen = false;
      withPlace(file, () => fsyncSync(handle));
      closeSync(handle);
    },
  };
}

function parseLine(text: string): z.output<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(text)).data;
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

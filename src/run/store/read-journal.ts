import { readFileSync } from "node:fs";
import type { Address } from "../../contracts/answer-store.ts";
import type { Adaptation, UnusedAttempt } from "../../contracts/language-model.ts";
import { StoreError } from "../../core/errors.ts";
import { type JournalLine, type JournalRecord, parseJournalLine } from "./journal-lines.ts";
import { storeFailure } from "./store-failure.ts";

/** Content written by earlier sessions of a run. */
export interface JournalContent {
  /** By address; the last record of each. */
  readonly records: ReadonlyMap<Address, JournalRecord>;
  /** Attempts without an exchange: billed ones, and unanswered ones as lost. */
  readonly unfiled: ReadonlyMap<Address, readonly UnusedAttempt[]>;
  /** Optimization → admissions. */
  readonly closings: ReadonlyMap<string, number>;
  /** Model key → request adaptations for its provider. */
  readonly adaptations: ReadonlyMap<string, readonly Adaptation[]>;
}

/**
 * Reads a journal. A torn last line is dropped. Throws StoreError with file and line for a corrupt line
 * elsewhere, or a checksum that does not match.
 */
export function readJournal(file: string): JournalContent & { readonly goodBytes: number } {
  const bytes = readBytes(file);
  const reader = createReader();
  let goodBytes = 0;
  let lineNumber = 0;
  while (goodBytes < bytes.length) {
    const end = bytes.indexOf(0x0a, goodBytes);
    lineNumber++;
    const isLast = end === -1 || end === bytes.length - 1;
    const parsed = end === -1 ? undefined : parseJournalLine(bytes.toString("utf8", goodBytes, end));
    if (parsed === undefined) {
      if (isLast) break;
      throw new StoreError(`${file}:${lineNumber}: not a journal record`, {
        hint: "the file was changed or the disk is damaged; restore it, or start a fresh run (its answers are in the cache)",
      });
    }
    if (parsed === "changed") {
      throw new StoreError(`${file}:${lineNumber}: the line was changed after it was written`, {
        hint: "its checksum does not match: restore the file, or start a fresh run (its answers are in the cache)",
      });
    }
    reader.take(parsed);
    goodBytes = end + 1;
  }
  return { ...reader.content(), goodBytes };
}

function createReader() {
  const records = new Map<Address, JournalRecord>();
  const closings = new Map<string, number>();
  const adaptations = new Map<string, Adaptation[]>();
  const open = new Map<Address, UnusedAttempt[]>();
  const billed = new Map<Address, UnusedAttempt[]>();

  const take = (line: JournalLine): void => {
    if ("address" in line) {
      const { elapsed_ms: elapsedMs, ...rest } = line;
      records.set(line.address, { ...rest, elapsedMs });
      // An answer of another run is unrelated to this run's attempts.
      if (line.from === "cache") return;
      open.delete(line.address);
      billed.delete(line.address);
    } else if ("sent" in line) {
      const { input_tokens: inputTokens, output_tokens: outputTokens, answered_by: answeredBy } = line;
      const fallback = answeredBy === undefined ? {} : { answeredBy };
      add(open, line.sent, { inputTokens, outputTokens, isLost: true, isEstimated: true, ...fallback });
    } else if ("ended" in line) {
      // The attempts at one question are sent one after the other: the last one sent has ended.
      open.get(line.ended)?.pop();
      if (line.billed !== undefined) add(billed, line.ended, line.billed);
    } else if ("closed" in line) closings.set(line.closed, line.admissions);
    else add(adaptations, line.adapted, line.adaptation);
  };
  return {
    take,
    content(): JournalContent {
      const unfiled = new Map<Address, readonly UnusedAttempt[]>();
      for (const address of new Set([...billed.keys(), ...open.keys()])) {
        const attempts = [...(billed.get(address) ?? []), ...(open.get(address) ?? [])];
        if (attempts.length > 0) unfiled.set(address, attempts);
      }
      return { records, unfiled, closings, adaptations };
    },
  };
}

function add<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw storeFailure(file, cause);
  }
}

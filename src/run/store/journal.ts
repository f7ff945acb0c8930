import { closeSync, fsyncSync, ftruncateSync, openSync } from "node:fs";
import type { Address, SentAttempt } from "../../contracts/answer-store.ts";
import type { Adaptation, UnusedAttempt } from "../../contracts/language-model.ts";
import { StoreError } from "../../core/errors.ts";
import { privateFile } from "../../disk/ensure-folder.ts";
import {
  adaptationJson,
  type ClosingRecord,
  closingJson,
  endedJson,
  exchangeJson,
  type JournalRecord,
  sentJson,
  withChecksum,
} from "./journal-lines.ts";
import { type JournalContent, readJournal } from "./read-journal.ts";
import { storeFailure, writeAll } from "./store-failure.ts";

/** The append-only file of all exchanges of a run. */
export interface Journal extends JournalContent {
  /** Returns after the operating system has the line: a killed process loses no answer. */
  append(record: JournalRecord): void;
  appendClosing(record: ClosingRecord): void;
  appendAdaptation(modelKey: string, adaptation: Adaptation): void;
  /**
   * Records that an attempt is about to be sent. Resolves after the operating system has the line. The lines
   * of one turn of the event loop are written together: a write for each would be the largest cost of a call.
   */
  appendSent(address: Address, attempt: SentAttempt, at: string): Promise<void>;
  /** Records that the attempt ended without an answer to store; `billed` is its cost. */
  appendEnded(address: Address, billed: UnusedAttempt | undefined): void;
  close(): void;
}

/** Lines waiting for the end of this turn of the event loop, and their promises. */
interface Turn {
  readonly written: Promise<void>;
  settle(error?: unknown): void;
}

/** Opens a journal for appending and reads its content. */
export function openJournal(file: string): Journal {
  const { goodBytes, ...content } = readJournal(file);
  const handle = withPlace(file, () => {
    const opened = openSync(file, "a", privateFile);
    ftruncateSync(opened, goodBytes);
    return opened;
  });
  let isOpen = true;
  let heldBack = "";
  let turn: Turn | undefined;

  /** Writes buffered lines, followed by a line. */
  const flush = (line = ""): void => {
    const text = heldBack + line;
    const ending = turn;
    heldBack = "";
    turn = undefined;
    if (text === "") return;
    try {
      withPlace(file, () => writeAll(handle, text));
      ending?.settle();
    } catch (error) {
      ending?.settle(error);
      throw error;
    }
  };
  const flushTurn = (): void => {
    try {
      if (isOpen) flush();
    } catch {
      // The waiting promises receive the error.
    }
  };
  const write = (value: object): void => {
    // The number of a closed descriptor may be reused by another file.
    if (!isOpen) throw endedError(file);
    flush(`${withChecksum(value)}\n`);
  };
  return {
    ...content,
    append: (record) => write(exchangeJson(record)),
    appendClosing: (record) => write(closingJson(record)),
    appendAdaptation: (modelKey, adaptation) => write(adaptationJson(modelKey, adaptation)),
    async appendSent(address, attempt, at) {
      if (!isOpen) throw endedError(file);
      heldBack += `${withChecksum(sentJson(address, attempt, at))}\n`;
      if (turn === undefined) {
        turn = createTurn();
        setImmediate(flushTurn);
      }
      return turn.written;
    },
    appendEnded(address, billed) {
      // A call dropped when the run ended is recorded as a lost one.
      if (isOpen) write(endedJson(address, billed));
    },
    close() {
      if (!isOpen) return;
      flushTurn();
      isOpen = false;
      withPlace(file, () => fsyncSync(handle));
      closeSync(handle);
    },
  };
}

function createTurn(): Turn {
  let settle: Turn["settle"] = () => {};
  const written = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error));
  });
  return { written, settle };
}

function endedError(file: string): StoreError {
  return new StoreError(`${file}: an answer arrived after the run had ended`);
}

function withPlace<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw storeFailure(file, cause);
  }
}

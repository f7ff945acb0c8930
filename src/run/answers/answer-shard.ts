import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Address, Exchange } from "../../contracts/answer-store.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { parseJsonLine } from "../../formats/json-lines.ts";
import { storeFailure } from "../store/store-failure.ts";

type Answers = ReadonlyMap<Address, Exchange>;

/** One file of answers: read once, then only what other processes have appended. */
export interface AnswerShard {
  /** Rejects with StoreError if the file exists and cannot be read. */
  read(): Promise<Answers>;
  /** With what was appended since; call `read` first. Throws StoreError. */
  reread(): Answers;
  /** Adds an answer that is about to be written. */
  add(address: Address, exchange: Exchange): void;
  /** Notes a text that this process has appended. */
  wrote(text: string): void;
  /** Whether the last line read lacks its line break. */
  readonly isTorn: boolean;
}

const newline = 10;

export function openAnswerShard(file: string): AnswerShard {
  const answers = new Map<Address, Exchange>();
  let offset = 0;
  let isTorn = false;
  let reading: Promise<void> | undefined;
  let isRead = false;

  const take = (bytes: Buffer): void => {
    const end = bytes.lastIndexOf(newline) + 1;
    isTorn = end < bytes.length;
    offset += end;
    let start = 0;
    while (start < end) {
      const stop = bytes.indexOf(newline, start);
      const parsed = parseJsonLine(bytes.subarray(start, stop));
      const entry = parsed !== undefined && "value" in parsed ? readEntry(parsed.value) : undefined;
      if (entry !== undefined) answers.set(entry.address, entry.exchange);
      start = stop + 1;
    }
  };
  /** Either nothing is there yet, or the folder cannot exist, which writing reports. */
  const rejectUnlessAbsent = (cause: unknown): void => {
    if (errnoOf(cause) !== "ENOENT" && errnoOf(cause) !== "ENOTDIR") throw storeFailure(file, cause);
  };
  const readAll = async (): Promise<void> => {
    await readFile(file).then(take, rejectUnlessAbsent);
    isRead = true;
  };
  const size = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

  return {
    async read() {
      reading ??= readAll();
      await reading;
      return answers;
    },
    reread() {
      try {
        const bytes = size();
        // The user may delete the cache at any time.
        if (bytes < offset) offset = 0;
        if (bytes > offset) take(readFrom(file, offset));
      } catch (cause) {
        rejectUnlessAbsent(cause);
      }
      return answers;
    },
    add: (address, exchange) => answers.set(address, exchange),
    wrote(text) {
      if (!isRead) return;
      const end = offset + Buffer.byteLength(text);
      if (!isTorn && size() === end) offset = end;
    },
    get isTorn() {
      return isTorn;
    },
  };
}

function readFrom(file: string, offset: number): Buffer {
  const handle = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(handle).size - offset));
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(handle);
  }
}

function readEntry(value: unknown): { address: Address; exchange: Exchange } | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { rules, address, exchange } = value as { rules?: number; address?: Address; exchange?: Exchange };
  if (rules !== rulesNumber || typeof address !== "string" || typeof exchange !== "object") return undefined;
  return { address, exchange };
}

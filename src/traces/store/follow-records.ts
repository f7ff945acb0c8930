import { type FileHandle, open, stat } from "node:fs/promises";
import type { JsonObject } from "../../core/data/json.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { identityOf, listDays, traceStoreFailure } from "./day-files.ts";
import { parseTraceRecord } from "./list-records.ts";
import { keyHash } from "./number-table.ts";
import { visitLines } from "./visit-lines.ts";

/** Number of lines remembered to find the position again in a rewritten file. */
const remembered = 1000;

/** Bytes at the end of a file that are initially searched for these lines. */
const tailBytes = 256 * 1024;
const newline = 0x0a;

interface Followed {
  readonly identity: string;
  readonly offset: number;
  /** Hashes of the last lines before the offset, latest last. */
  readonly last: readonly number[];
}

interface PollResult {
  readonly followed: Followed;
  readonly records: readonly JsonObject[];
}

/** Returns the records written since the last call, without changes and feedback. */
interface Follower {
  poll(): Promise<readonly JsonObject[]>;
}

/** Follows a trace folder from its current end. Files created later, of any day, are read from the start. */
export async function openFollower(folder: string): Promise<Follower> {
  let followed = new Map<string, Followed>();
  const pollWith = async (read: (path: string, before: Followed | undefined) => Promise<PollResult>) => {
    const records: JsonObject[] = [];
    const now = new Map<string, Followed>();
    for (const { path } of (await listDays(folder)).flat()) {
      const seen = await ifExists(path, () => read(path, followed.get(path)));
      if (seen === undefined) continue;
      now.set(path, seen.followed);
      records.push(...seen.records);
    }
    followed = now;
    return records;
  };
  await pollWith(endOf);
  return { poll: () => pollWith(readMore) };
}

async function endOf(path: string): Promise<PollResult> {
  return withFile(path, async (handle) => {
    const stats = await handle.stat();
    const { size } = stats;
    const identity = identityOf(stats);
    const from = Math.max(0, size - tailBytes);
    const bytes = Buffer.alloc(size - from);
    await handle.read(bytes, 0, bytes.length, from);
    const offset = from + bytes.lastIndexOf(newline) + 1;
    const lines = bytes.toString("utf8", 0, offset - from).split("\n");
    return {
      followed: { identity, offset, last: lines.slice(0, -1).map(keyHash).slice(-remembered) },
      records: [],
    };
  });
}

async function readMore(path: string, before: Followed | undefined): Promise<PollResult> {
  const seen = await stat(path);
  if (before !== undefined && before.identity === identityOf(seen) && before.offset === seen.size)
    return { followed: before, records: [] };
  return withFile(path, async (handle) => {
    const stats = await handle.stat();
    const { size } = stats;
    const identity = identityOf(stats);
    const isSame = before?.identity === identity && before.offset <= size;
    const known = new Set(before?.last ?? []);
    const last = isSame ? [...before.last] : [];
    let records: JsonObject[] = [];
    let isFound = before === undefined || isSame;
    const offset = await visitLines(
      handle,
      (bytes, start, end) => {
        const text = bytes.toString("utf8", start, end);
        const hash = keyHash(text);
        last.push(hash);
        const record = parseTraceRecord(text);
        if (record !== undefined) records.push(record);
        if (isSame || !known.has(hash)) return;
        // A deletion rewrote the file; records after the last known line are new.
        records = [];
        isFound = true;
      },
      isSame ? before.offset : 0,
    );
    return {
      followed: { identity, offset, last: last.slice(-remembered) },
      records: isFound ? records : [],
    };
  });
}

async function withFile<Result>(
  path: string,
  work: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  const handle = await open(path, "r");
  return work(handle).finally(() => handle.close());
}

async function ifExists<Result>(path: string, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw traceStoreFailure(path, cause);
  }
}

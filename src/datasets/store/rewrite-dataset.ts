import { isUtf8 } from "node:buffer";
import { stat } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DatasetRecord, MergeCounts } from "../../contracts/dataset-store.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { DatasetError } from "../../core/errors.ts";
import { privateFile } from "../../disk/ensure-folder.ts";
import { createLineSplitter, parseJsonLine } from "../../formats/json-lines.ts";
import { readChunks } from "../formats/read-chunks.ts";
import { createProblemList, type RowFault } from "../rows/row-fault.ts";
import { type KeyedRecord, recordOf, rowObject } from "./read-records.ts";
import { mergeRecord, recordJson } from "./record-json.ts";
import { openReplacement, type ReplacementFile, sweepReplacements } from "./replacement-file.ts";
import { recordOfText, type StagedRows } from "./staged-rows.ts";

/** Result if the file contains equal inputs twice: one pass cannot merge it. */
export const holdsDuplicates = Symbol("holds duplicates");

const newline = Buffer.from("\n");
const rowsPerTurn = 2000;

/**
 * Merges staged rows into a dataset's file. Changed rows are rewritten, unchanged rows stay byte for byte,
 * new rows are appended. The file is replaced at the end, or left alone if nothing changed. The caller holds
 * the lock. Rejects with a DatasetError that names every unreadable line.
 */
export async function rewriteDataset(
  file: string,
  staged: StagedRows,
  { isFresh = false }: { /** As if there were no file yet. */ readonly isFresh?: boolean } = {},
): Promise<MergeCounts | typeof holdsDuplicates> {
  await sweepReplacements(file);
  const target = openReplacement(file, privateFile);
  try {
    const tally = { added: 0, updated: 0, unchanged: 0, rows: 0 };
    const visited = isFresh ? new Uint8Array(staged.distinct) : await mergeKnown(file, staged, target, tally);
    if (visited === undefined) return holdsDuplicates;
    await addNew(staged, visited, target, tally);
    if (tally.added + tally.updated > 0) await target.commit();
    return tally;
  } finally {
    await target.discard();
  }
}

type Tally = { -readonly [Key in keyof MergeCounts]: number };

/** Marks the keys of existing rows. Undefined as soon as a key occurs twice. */
async function mergeKnown(
  file: string,
  staged: StagedRows,
  target: ReplacementFile,
  tally: Tally,
): Promise<Uint8Array | undefined> {
  let visited = new Uint8Array(staged.distinct);
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found === undefined) return visited;
  const problems = createProblemList();
  let line = 0;
  let isTwice = false;
  const lines = createLineSplitter((bytes) => {
    line++;
    if (isTwice || (bytes !== undefined && isBlank(bytes))) return;
    const faults: RowFault[] = [];
    const keyed = parseLine(bytes, faults);
    if (keyed === undefined || bytes === undefined) return problems.add(file, line, faults);
    const { record, key } = keyed;
    const index = staged.keys.put(key);
    if (index >= visited.length) visited = doubled(visited, index + 1);
    isTwice = visited[index] === 1;
    visited[index] = 1;
    tally.rows++;
    const merged = overlaid(record, staged.textsOf(index), tally);
    target.write(merged === record ? bytes : JSON.stringify(recordJson(merged)));
    target.write(newline);
  });
  for await (const chunk of readChunks({ path: file, name: file, sizeBytes: found.size })) {
    lines.feed(chunk);
    if (isTwice) return undefined;
  }
  lines.end();
  const bad = problems.problems();
  if (bad.length > 0) {
    throw new DatasetError(`${file} contains unreadable rows, so nothing was merged`, bad, {
      hint: "fix or remove these rows",
    });
  }
  return isTwice ? undefined : visited;
}

async function addNew(
  staged: StagedRows,
  visited: Uint8Array,
  target: ReplacementFile,
  tally: Tally,
): Promise<void> {
  for (let index = 0; index < staged.distinct; index++) {
    if (visited[index] === 1) continue;
    const [first = "", ...later] = staged.textsOf(index);
    tally.added++;
    tally.rows++;
    const merged = later.length === 0 ? undefined : overlaid(recordOfText(first), later, tally);
    target.write(merged === undefined ? first : JSON.stringify(recordJson(merged)));
    target.write(newline);
    if (index % rowsPerTurn === 0) await nextTurn();
  }
}

/** Returns the same object if the later records change nothing. */
function overlaid(known: DatasetRecord, later: readonly string[], tally: Tally): DatasetRecord {
  let record = known;
  for (const text of later) {
    const merged = mergeRecord(record, recordOfText(text));
    if (canonicalJson(merged) === canonicalJson(record)) tally.unchanged++;
    else {
      tally.updated++;
      record = merged;
    }
  }
  return record;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.length < 1024 && isUtf8(bytes) && bytes.toString().trim() === "";
}

function doubled(marks: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(least, marks.length * 2, 1024));
  larger.set(marks);
  return larger;
}

/**
 * Rewrites the rows of a dataset's file for which `change` returns another record. Other rows stay byte for
 * byte. Resolves to the number of changed rows. The file is replaced at the end, or left alone if nothing
 * changed. The caller holds the lock. Rejects with a DatasetError that names every unreadable line.
 */
export async function amendDataset(
  file: string,
  change: (record: DatasetRecord) => DatasetRecord,
): Promise<number> {
  await sweepReplacements(file);
  const { size } = await stat(file);
  const target = openReplacement(file);
  try {
    const problems = createProblemList();
    let line = 0;
    let amended = 0;
    const lines = createLineSplitter((bytes) => {
      line++;
      if (bytes?.toString().trim() === "") return;
      const faults: RowFault[] = [];
      const keyed = parseLine(bytes, faults);
      if (keyed === undefined || bytes === undefined) return problems.add(file, line, faults);
      const changed = change(keyed.record);
      if (changed !== keyed.record) amended++;
      target.write(changed === keyed.record ? bytes : JSON.stringify(recordJson(changed)));
      target.write(newline);
    });
    for await (const chunk of readChunks({ path: file, name: file, sizeBytes: size })) lines.feed(chunk);
    lines.end();
    const bad = problems.problems();
    if (bad.length > 0) {
      throw new DatasetError(`${file} contains unreadable rows, so nothing was changed`, bad, {
        hint: "fix or remove these rows",
      });
    }
    if (amended > 0) await target.commit();
    return amended;
  } finally {
    await target.discard();
  }
}

/** Parses one line of a dataset's file; undefined, with the reason in `faults`, if it is not a record. */
function parseLine(bytes: Buffer | undefined, faults: RowFault[]): KeyedRecord | undefined {
  const read = parseJsonLine(bytes) ?? { problem: "not JSON at column 1: it ends too early" };
  if ("problem" in read) {
    faults.push({ message: read.problem });
    return undefined;
  }
  const row = rowObject(read.value, faults);
  return row === undefined ? undefined : recordOf(row, {}, faults);
}

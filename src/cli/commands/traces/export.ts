import { createReadStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import type { Trace } from "../../../core/trace.ts";
import { openDatasetStore } from "../../../datasets/open-dataset-store.ts";
import { temporaryBeside } from "../../../disk/create-new.ts";
import { datasetRecordOf } from "../../../traces/dataset-record.ts";
import { readFilter } from "../../../traces/read-trace-filter.ts";
import { type TraceFormat, traceFormats } from "../../../traces/trace-formats.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { cannotWrite } from "../../session/write-file.ts";
import { countOf } from "../../terminal/format.ts";
import { printNotices } from "../../terminal/notices.ts";
import { openTracesCommand } from "./open.ts";
import { readLimit } from "./read-limit.ts";

/** Characters to buffer before a write. */
const chunkLength = 256 * 1024;

/** `traces export` */
export async function tracesExportCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const filter = readFilter(options, context.clock.now());
  const limit = readLimit(options) ?? Number.POSITIVE_INFINITY;
  const name = typeof options["format"] === "string" ? options["format"] : "jsonl";
  const format = formatNamed(name);
  const { render, renderSafe } = format;
  if (options["safe"] === true && renderSafe === undefined)
    throw new UsageError(`--safe requires --format csv, got "${name}"`, {
      hint: "remove --safe or pass --format csv",
    });
  const write = options["safe"] === true ? (renderSafe ?? render) : render;
  const given = options["output"];
  const output = typeof given === "string" && given !== "-" ? resolve(context.cwd, given) : undefined;
  const { store, isJson, look, warnUnreadable } = await openTracesCommand(options, context);
  if (isJson && output === undefined)
    throw new UsageError("--json requires --output, because traces without it go to stdout");

  let written = 0;
  let leftOut = 0;
  async function* pieces(): AsyncGenerator<string> {
    let chunk = format.head;
    for await (const trace of store.list(filter)) {
      if (written === limit) break;
      const piece = write(trace);
      if (piece === undefined) leftOut++;
      else written++;
      chunk += piece ?? "";
      if (chunk.length < chunkLength) continue;
      yield chunk;
      chunk = "";
    }
    yield chunk;
  }
  const merged =
    format.mergesRows === true ? mergedRows(store.list(filter), limit, () => leftOut++) : undefined;
  const text = merged?.pieces() ?? pieces();
  if (output === undefined) for await (const piece of text) context.stdout.write(piece);
  else await writePieces(output, text);
  if (merged !== undefined) written = merged.traces();

  warnUnreadable();
  const left = leftOut === 0 ? "" : `, ${countOf(leftOut, "trace")} ${format.leavesOut} skipped`;
  const rows = merged?.rows();
  const asRows =
    rows === undefined || rows === written ? "" : ` as ${countOf(rows, "row")} (equal inputs merged)`;
  const what = `${countOf(written, "trace")} exported${asRows}${left}`;
  if (isJson) {
    const exported = {
      format: name,
      output,
      traces: written,
      ...(rows === undefined ? {} : { rows }),
      left_out: leftOut,
    };
    context.stdout.write(`${JSON.stringify(exported, null, 2)}\n`);
  } else if (output !== undefined) context.stdout.write(`${what} to ${given}\n`);
  else if (leftOut > 0 || asRows !== "") printNotices(context, look, { warnings: [], notes: [what] });
  return exitDone;
}

function formatNamed(name: string): TraceFormat {
  const format = Object.hasOwn(traceFormats, name) ? traceFormats[name] : undefined;
  if (format !== undefined) return format;
  const names = Object.keys(traceFormats);
  const near = nearNames(name, names);
  throw new UsageError(`--format must be ${names.join(", ")}, got "${name}"`, {
    hint: near.length === 0 ? undefined : `did you mean ${near[0]}?`,
  });
}

/** Replaces the file atomically. Rejects with StoreError. */
async function writePieces(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const temporary = temporaryBeside(file);
  let handle: FileHandle | undefined;
  const orStoreError = async <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((cause: NodeJS.ErrnoException) => {
      throw cannotWrite(file, cause);
    });
  try {
    handle = await orStoreError(open(temporary, "wx"));
    for await (const piece of pieces) await orStoreError(handle.appendFile(piece));
    await orStoreError(handle.close());
    handle = undefined;
    await orStoreError(rename(temporary, file));
  } finally {
    await handle?.close();
    await rm(temporary, { force: true });
  }
}

/** Converts traces to dataset rows. */
export interface MergedRows {
  /** The rows as JSON Lines. Reads the traces lazily. */
  pieces(): AsyncGenerator<string>;
  /** Numbers of used traces and rows; final after all pieces are read. */
  traces(): number;
  rows(): number;
}

/**
 * Merges traces into rows: equal inputs become one row with the newest answer. Uses a temporary dataset to
 * bound memory.
 */
function mergedRows(traces: AsyncIterable<Trace>, limit: number, onLeftOut: () => void): MergedRows {
  let taken = 0;
  let rows = 0;
  async function* records(): AsyncGenerator<DatasetRecord> {
    for await (const trace of traces) {
      if (taken === limit) return;
      const record = datasetRecordOf(trace);
      if (record === undefined) onLeftOut();
      else {
        taken++;
        yield record;
      }
    }
  }
  return {
    traces: () => taken,
    rows: () => rows,
    async *pieces() {
      const folder = await mkdtemp(join(tmpdir(), "dao-opt-export-"));
      try {
        const store = openDatasetStore({ folder });
        const merged = await store.merge("rows", records());
        rows = merged.rows;
        if (rows > 0) yield* createReadStream(store.fileOf("rows"), "utf8");
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

import { open } from "node:fs/promises";
import { extname } from "node:path";
import { DatasetError } from "../../core/errors.ts";
import { delimiterNames, fieldCounts, sniffDelimiter } from "./csv-delimiter.ts";
import { type FileLayout, type FileSyntax, folderSyntax } from "./file-syntax.ts";
import { createUtf8Check, readChunks } from "./read-chunks.ts";
import {
  createUtf8Converter,
  createWindows1252Check,
  encodingNames,
  encodingOfHead,
  type TextEncoding,
} from "./text-encoding.ts";

const headBytes = 64 * 1024;
const byExtension: Readonly<Record<string, FileLayout>> = {
  ".csv": "csv",
  ".tsv": "csv",
  ".yaml": "yaml",
  ".yml": "yaml",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
};

/** Finds out how to read a file, from its first bytes and its name. Rejects with DatasetError if it cannot be read. */
export async function sniffSyntax(file: {
  readonly path: string;
  readonly name: string;
}): Promise<FileSyntax> {
  const isGzip = await startsAsGzip(file);
  const raw = { ...file, sizeBytes: 0 };
  const { head, isWhole } = await headOf({ ...raw, syntax: { ...folderSyntax, isGzip } });
  const binary = binaryLayout(head);
  if (binary !== undefined) return { isGzip, encoding: "utf-8", notes: [], ...binary };
  const encoding = encodingOfHead(head);
  const text = textOf(head, encoding);
  const extension = extname(file.name.replace(/\.gz$/i, "")).toLowerCase();
  const layout = layoutOf(extension, text, isWhole);
  const named = (found: TextEncoding): readonly string[] =>
    found === "utf-8" ? [] : [`read as ${encodingNames[found]}`];
  if (layout !== "csv") return { layout, isGzip, encoding, notes: named(encoding) };
  const usual = extension === ".tsv" ? "\t" : ",";
  const dialect = sniffDelimiter(text, usual, isWhole);
  const found =
    encoding === "utf-8" ? await tableEncoding({ ...raw, syntax: { ...folderSyntax, isGzip } }) : encoding;
  const { delimiter } = dialect;
  const separated = `columns separated by ${delimiterNames[delimiter] ?? JSON.stringify(delimiter)}`;
  return {
    ...{ layout, isGzip, encoding: found, dialect },
    notes: [...named(found), ...(delimiter === usual ? [] : [separated])],
  };
}

type RawFile = Parameters<typeof readChunks>[0];

/** Tables of Excel are in Windows-1252, unless saved as "CSV UTF-8". Nothing in the file shows it. */
async function tableEncoding(file: RawFile): Promise<TextEncoding> {
  const utf8 = createUtf8Check();
  const other = createWindows1252Check();
  let hasFault = false;
  try {
    for await (const chunk of readChunks(file)) {
      hasFault ||= utf8.feed(chunk).length > 0;
      other.feed(chunk);
    }
  } catch (error) {
    // A file that is cut off is read as far as possible, and reported then.
    if (!(error instanceof DatasetError)) throw error;
  }
  hasFault ||= utf8.end().length > 0;
  return hasFault && other.isWindows1252() ? "windows-1252" : "utf-8";
}

async function startsAsGzip({
  path,
  name,
}: {
  readonly path: string;
  readonly name: string;
}): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw new DatasetError(`${name} cannot be read: ${(cause as Error).message}`, [], { cause });
  }
}

async function headOf(file: RawFile): Promise<{ readonly head: Buffer; readonly isWhole: boolean }> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readChunks(file)) {
    pieces.push(chunk);
    bytes += chunk.length;
    if (bytes >= headBytes) return { head: Buffer.concat(pieces), isWhole: false };
  }
  return { head: Buffer.concat(pieces), isWhole: true };
}

function textOf(head: Buffer, encoding: TextEncoding): string {
  return encoding === "utf-8" ? head.toString() : createUtf8Converter(encoding)(head).toString();
}

function binaryLayout(head: Buffer): Pick<FileSyntax, "layout" | "problem"> | undefined {
  const start = head.subarray(0, 8);
  if (start.subarray(0, 4).toString("latin1") === "PAR1") return { layout: "parquet" };
  if (start.subarray(0, 4).toString("latin1") === "PK\x03\x04") return { layout: "xlsx" };
  if (start.toString("hex") === "d0cf11e0a1b11ae1")
    return { layout: "unknown", problem: "an old Excel workbook (.xls); save it as .xlsx or CSV" };
  return undefined;
}

function layoutOf(extension: string, head: string, isWhole: boolean): FileLayout {
  if (head.trim() === "") return "empty";
  const lines = head.split("\n").filter((line) => line.trim() !== "");
  const [first = ""] = lines;
  const named = byExtension[extension];
  // A document written over several lines starts with a lone bracket, which no row of JSON Lines does.
  const isPretty = /^(\{|\[|\[\s*\{)$/.test(first.trim());
  if (named === "jsonl") return isPretty && lines.length > 1 ? "json" : "jsonl";
  if (named !== undefined) return named;
  const start = first.trimStart()[0];
  // JSON Lines have a line that is a complete object; a formatted document rarely has one near its start.
  if (start === "{") return lines.length > 1 && lines.slice(0, 4).some(isObject) ? "jsonl" : "json";
  if (start === "[" || extension === ".json") return "json";
  const { delimiter } = sniffDelimiter(head, ",", isWhole);
  const counts = fieldCounts(head, delimiter, isWhole);
  const isTable = /^"?sep=./i.test(first) || ((counts[0] ?? 0) > 1 && counts.length > 1 && isEven(counts));
  if (isTable && !/^(-\s|---)/.test(first)) return "csv";
  if (/^(-\s|---|\w+:\s*($|\S))/.test(first)) return "yaml";
  return (counts[0] ?? 0) > 1 ? "csv" : "unknown";
}

/** Whether most records have as many fields as the header. */
function isEven(counts: readonly number[]): boolean {
  return counts.filter((count) => count === counts[0]).length > counts.length / 2;
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

import { open, stat } from "node:fs/promises";
import { extname } from "node:path";
import type { JsonValue } from "../../../core/data/json.ts";
import { DatasetError, NotFoundError } from "../../../core/errors.ts";
import { readBytes } from "./read-bytes.ts";

/** How a file is laid out, whatever it holds. */
export type FileLayout = "jsonl" | "json" | "csv" | "tsv" | "yaml" | "folder" | "empty" | "unknown";

export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** As given, for messages. */
  readonly name: string;
  readonly layout: FileLayout;
  readonly isGzip: boolean;
  /** When the file was last written, ISO 8601: what it holds was recorded by then. */
  readonly recordedAt: string;
}

const headBytes = 64 * 1024;
const byExtension: Readonly<Record<string, FileLayout>> = {
  ".csv": "csv",
  ".tsv": "tsv",
  ".yaml": "yaml",
  ".yml": "yaml",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
};

/** Looks at a file's beginning. NotFoundError when it is not there, DatasetError when it cannot be read. */
export async function openSourceFile(path: string, name: string): Promise<SourceFile> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") throw new NotFoundError("file", name, [], { cause });
    throw new DatasetError(`${name} cannot be read: ${cause.message}`, [], { cause });
  });
  const recordedAt = found.mtime.toISOString();
  if (found.isDirectory()) return { path, name, layout: "folder", isGzip: false, recordedAt };
  const isGzip = await startsAsGzip(path, name);
  const head = await headOf({ path, name, isGzip });
  return { path, name, layout: layoutOf(name.replace(/\.gz$/i, ""), head), isGzip, recordedAt };
}

async function startsAsGzip(path: string, name: string): Promise<boolean> {
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

async function headOf(file: Pick<SourceFile, "path" | "name" | "isGzip">): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readBytes(file)) {
    pieces.push(chunk);
    bytes += chunk.length;
    if (bytes >= headBytes) break;
  }
  return Buffer.concat(pieces).toString();
}

function layoutOf(name: string, head: string): FileLayout {
  if (head.trim() === "") return "empty";
  const named = byExtension[extname(name).toLowerCase()];
  if (named !== undefined) return named;
  const lines = head.split("\n").filter((line) => line.trim() !== "");
  const start = head.trimStart()[0];
  // A document over several lines has no line that is an object by itself at its top; a log has them.
  if (start === "{") return lines.length > 1 && lines.slice(0, 4).some(isObject) ? "jsonl" : "json";
  if (start === "[") return "json";
  if (/^(-\s|---|\w+:\s*($|\S))/m.test(lines[0] ?? "")) return "yaml";
  return (lines[0] ?? "").includes(",") ? "csv" : (lines[0] ?? "").includes("\t") ? "tsv" : "unknown";
}

function isObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

/** Keys and positions from a value to a member of it. */
export type MemberPath = readonly (string | number)[];

/** A value of a file, or what is wrong where one should be. Lines count from 1. */
export type ReadValue =
  | {
      readonly value: JsonValue;
      readonly line?: number;
      /** Line of a member inside the value, where the layout knows it. */
      readonly lineAt?: (path: MemberPath) => number | undefined;
    }
  | { readonly problem: string; readonly line?: number };

/** Reads a file value by value, in bounded memory where its layout allows. */
export type ReadValues = (file: SourceFile) => AsyncIterable<ReadValue>;

import { open, stat } from "node:fs/promises";
import { extname } from "node:path";
import type { JsonValue } from "../../core/data/json.ts";
import { DatasetError, NotFoundError } from "../../core/errors.ts";
import { readBytes } from "./read-bytes.ts";

/** The syntax of a file, independent of its content. */
export type FileLayout = "jsonl" | "json" | "csv" | "tsv" | "yaml" | "folder" | "empty" | "unknown";

export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  /** As given, for messages. */
  readonly name: string;
  readonly layout: FileLayout;
  readonly isGzip: boolean;
  /** Time of the last write, ISO 8601. Used for items without a time. */
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

/**
 * Detects the layout of a file. Rejects with NotFoundError if it does not exist, and with DatasetError if it
 * cannot be read.
 */
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
  // JSON Lines have a line that is a complete object; a formatted document rarely has one near its start.
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

/** Keys and indexes from a value to one of its members. */
export type MemberPath = readonly (string | number)[];

/** A value of a file, or a problem in its place. Lines count from 1. */
export type ReadValue =
  | {
      readonly value: JsonValue;
      readonly line?: number;
      /** Line of a member of the value, if the layout provides it. */
      readonly lineAt?: (path: MemberPath) => number | undefined;
    }
  | { readonly problem: string; readonly line?: number };

/** Reads a file value by value, in bounded memory if its layout allows that. */
export type ReadValues = (file: SourceFile) => AsyncIterable<ReadValue>;

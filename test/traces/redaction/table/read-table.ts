import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { devKeys, heldOutKeys } from "./api-keys.ts";

export interface TableLine {
  readonly kind: string;
  /** The text without its marks. */
  readonly text: string;
  /** Secrets, and texts that must stay, in order. */
  readonly secrets: readonly string[];
  readonly kept: readonly string[];
}

export type TableHalf = "dev" | "held-out";

/** `folder` contains the two text files. */
export function readTable(
  half: TableHalf,
  folder = fileURLToPath(new URL(".", import.meta.url)),
): readonly TableLine[] {
  const keys = half === "dev" ? devKeys : heldOutKeys;
  const lines = readFileSync(`${folder}/${half}.txt`, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const at = line.indexOf(" | ");
      return markedLine(line.slice(0, at), unescaped(line.slice(at + 3)));
    });
  return [...lines, ...keys.map((text) => markedLine("key", text))];
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|([nt]))/g, (_, code?: string, letter?: string) =>
    code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : letter === "n" ? "\n" : "\t",
  );
}

function markedLine(kind: string, marked: string): TableLine {
  const parts = marked.split(/[⟦⟧]/);
  return {
    kind,
    text: parts.join(""),
    secrets: parts.filter((_, at) => at % 2 === 1),
    kept: parts.filter((_, at) => at % 2 === 0),
  };
}

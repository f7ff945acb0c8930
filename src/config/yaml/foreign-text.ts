import type { ForeignFile } from "./foreign-bytes.ts";

const rowsHint = "name it as path of an entry of `datasets`";
const promptHint = "file it with `dao-opt registry upsert`, or name it as file of an entry of `prompts`";

/** A file of another kind, seen by its text and name before it is read as YAML; undefined for any other. */
export function foreignText(text: string, file: string): ForeignFile | undefined {
  const lines = text.split(/\r?\n/, 40).filter((line) => line.trim() !== "");
  const extension = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  const [first = "", second = ""] = lines;
  const isRow = (line: string) => /^\s*\{.*\}\s*$/.test(line) && isJson(line);
  if (extension === "jsonl" || extension === "ndjson" || (isRow(first) && isRow(second)))
    return { message: "these are rows, one JSON object a line, and no config", hint: rowsHint };
  if (extension === "csv" || extension === "tsv" || isTable(lines))
    return { message: "this is a table, and no config", hint: rowsHint };
  if (extension === "prompt" || isFrontMatter(lines))
    return { message: "this is one prompt, and no config", hint: promptHint };
  if (/^<(!doctype|html|\?xml)/i.test(first.trim()))
    return {
      message: "this is a page of HTML or XML, and no config",
      hint: "save the file itself, not the page that shows it",
    };
  if (extension === "toml" || (/^\[[\w.-]+\]$/.test(first.trim()) && /^[\w.-]+ *=/.test(second.trim())))
    return {
      message: "this is TOML or an INI file, and no YAML",
      hint: "write `key: value`, with sections as maps",
    };
  if (/^(#!|import |from \w+ import |const |export |def )/.test(first))
    return { message: "this is a program, and no config", hint: "name a YAML file" };
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A head and rows with as many cells. */
function isTable(lines: readonly string[]): boolean {
  const [head = "", ...rows] = lines;
  const sign = head.includes("\t") ? "\t" : ",";
  const count = head.split(sign).length;
  if (count < 2 || rows.length === 0 || /[:{}[\]"'#]/.test(head)) return false;
  return rows.slice(0, 3).every((row) => row.split(sign).length >= count && !/^\s*[\w-]+:(\s|$)/.test(row));
}

/** `---`, keys, `---`, then a text that is no map. */
function isFrontMatter([first = "", ...lines]: readonly string[]): boolean {
  if (first.trim() !== "---") return false;
  const end = lines.findIndex((line) => line.trim() === "---");
  const after = lines[end + 1];
  return end > 0 && after !== undefined && !/^[\w-]+:(\s|$)/.test(after);
}

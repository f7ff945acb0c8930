import { parsedJson } from "../../core/data/json.ts";
import { isTreeMap, type Tree } from "../tree.ts";

/** What a file is if it is not a config, and what to do. */
export interface ForeignFile {
  readonly message: string;
  readonly hint: string;
}

interface Kind {
  readonly name: string;
  /** Top-level keys that must all be present. */
  readonly keys: readonly string[];
  readonly hint?: string;
}

const start = "pass a dao-opt config, or run `dao-opt init` to create one";

const kinds: readonly Kind[] = [
  {
    name: "a config of the LiteLLM proxy",
    keys: ["model_list"],
    hint: "its models belong under resources.llms: {name, base_url, api_key}; run `dao-opt init` to create a config",
  },
  { name: "a GitHub workflow", keys: ["on", "jobs"] },
  { name: "a package.json", keys: ["name", "version", "dependencies"] },
  { name: "a package.json", keys: ["name", "version", "scripts"] },
  { name: "a Docker Compose file", keys: ["services"] },
  { name: "a Kubernetes manifest", keys: ["apiVersion", "kind"] },
  { name: "an OpenAPI description", keys: ["openapi", "paths"] },
  { name: "a JSON schema", keys: ["$schema", "properties"] },
  { name: "a tsconfig.json", keys: ["compilerOptions"] },
  { name: "a Databricks bundle", keys: ["bundle"] },
  { name: "a request to a chat API", keys: ["model", "messages"] },
];

const promptfoo: Kind = {
  name: "a config of promptfoo",
  keys: [],
  hint: "its prompts belong under `prompts`, its providers under resources.llms, its tests under `datasets`; run `dao-opt init` to create a config",
};
const own = ["resources", "agents", "optimizations", "datasets"];

/** Recognizes a file of another program, to report it once instead of every unknown key. */
export function foreignConfig(tree: Tree, ignored: readonly string[]): ForeignFile | undefined {
  if (Array.isArray(tree)) {
    const areRows = tree.length > 0 && tree.every((item) => isTreeMap(item));
    const isChat = areRows && tree.every((item) => isTreeMap(item) && "role" in item && "content" in item);
    if (isChat)
      return {
        message: "this is one prompt, not a config",
        hint: "use it as template of an entry of `prompts`",
      };
    return areRows
      ? { message: "these are rows, not a config", hint: "use the file as path of an entry of `datasets`" }
      : undefined;
  }
  if (!isTreeMap(tree) || own.some((key) => key in tree)) return undefined;
  const has = (key: string) => key in tree || ignored.includes(key);
  const isPromptfoo =
    Array.isArray(tree["prompts"]) && ["providers", "tests", "defaultTest", "scenarios"].some(has);
  const kind = isPromptfoo ? promptfoo : kinds.find(({ keys }) => keys.every(has));
  if (kind === undefined) return undefined;
  return { message: `this looks like ${kind.name}, not a config of dao-opt`, hint: kind.hint ?? start };
}

const rowsHint = "use it as path of an entry of `datasets`";
const promptHint = "store it with `dao-opt registry upsert`, or use it as file of an entry of `prompts`";

/**
 * Recognizes a file of another kind by its text and name, before it is parsed as YAML; undefined for any other.
 */
export function foreignText(text: string, file: string): ForeignFile | undefined {
  const lines = text.split(/\r?\n/, 40).filter((line) => line.trim() !== "");
  const extension = /\.(\w+)$/.exec(file)?.[1]?.toLowerCase();
  const [first = "", second = ""] = lines;
  const isRow = (line: string) => /^\s*\{.*\}\s*$/.test(line) && parsedJson(line) !== undefined;
  if (extension === "jsonl" || extension === "ndjson" || (isRow(first) && isRow(second)))
    return { message: "these are rows, one JSON object per line, not a config", hint: rowsHint };
  if (extension === "csv" || extension === "tsv" || isTable(lines))
    return { message: "this is a table, not a config", hint: rowsHint };
  if (extension === "prompt" || isFrontMatter(lines))
    return { message: "this is one prompt, not a config", hint: promptHint };
  if (/^<(!doctype|html|\?xml)/i.test(first.trim()))
    return {
      message: "this is a page of HTML or XML, not a config",
      hint: "save the file itself, not the page that shows it",
    };
  if (extension === "toml" || (/^\[[\w.-]+\]$/.test(first.trim()) && /^[\w.-]+ *=/.test(second.trim())))
    return {
      message: "this is TOML or an INI file, not YAML",
      hint: "write `key: value`, with sections as maps",
    };
  if (/^(#!|import |from \w+ import |const |export |def )/.test(first))
    return { message: "this is a program, not a config", hint: "give the path of a YAML file" };
  return undefined;
}

/** A head and rows with the same number of cells. */
function isTable(lines: readonly string[]): boolean {
  const [head = "", ...rows] = lines;
  const sign = head.includes("\t") ? "\t" : ",";
  const count = head.split(sign).length;
  if (count < 2 || rows.length === 0 || /[:{}[\]"'#]/.test(head)) return false;
  return rows.slice(0, 3).every((row) => row.split(sign).length >= count && !/^\s*[\w-]+:(\s|$)/.test(row));
}

/** `---`, keys, `---`, then text that is not a map. */
function isFrontMatter([first = "", ...lines]: readonly string[]): boolean {
  if (first.trim() !== "---") return false;
  const end = lines.findIndex((line) => line.trim() === "---");
  const after = lines[end + 1];
  return end > 0 && after !== undefined && !/^[\w-]+:(\s|$)/.test(after);
}

const magic: readonly (readonly [bytes: readonly number[], kind: string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF document"],
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive (or an office document)"],
  [[0x1f, 0x8b], "a gzip archive"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a zstd archive"],
  [[0x7f, 0x45, 0x4c, 0x46], "a program"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], "an SQLite database"],
];

/** Checks the first bytes; undefined if the file may be UTF-8 text. */
export function foreignBytes(bytes: Uint8Array): ForeignFile | undefined {
  const starts = (wanted: readonly number[]) => wanted.every((byte, at) => bytes[at] === byte);
  if (starts([0xff, 0xfe, 0, 0]) || starts([0, 0, 0xfe, 0xff])) return otherText("UTF-32");
  if (starts([0xff, 0xfe]) || starts([0xfe, 0xff])) return otherText("UTF-16");
  const kind = magic.find(([wanted]) => starts(wanted))?.[1];
  const hint = "give the path of a YAML file";
  if (kind !== undefined) return { message: `the file is ${kind}, not YAML`, hint };
  const head = bytes.subarray(0, 4096);
  const zeros = head.filter((byte) => byte === 0).length;
  if (zeros === 0) return undefined;
  // Latin text in UTF-16 without a byte order mark: every other byte is zero.
  if (head.length >= 4 && zeros >= head.length * 0.4 && zeros <= head.length * 0.6)
    return otherText("UTF-16");
  return { message: "the file is not text: it contains zero bytes", hint };
}

function otherText(encoding: string): ForeignFile {
  return { message: `the file is ${encoding} text`, hint: "save it as UTF-8" };
}

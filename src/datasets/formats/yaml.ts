import { isMap, isNode, isSeq, type ParsedNode, type YAMLSeq } from "yaml";
import { DatasetError } from "../../core/errors.ts";
import { composeYaml } from "../../formats/yaml/compose-yaml.ts";
import { createUtf8Check, readChunks } from "./read-chunks.ts";
import { brokenFile, listKeys, type ReadRows, type RowFile } from "./row-format.ts";

/** A YAML document is read whole, and its tree takes many times the memory of its text. */
const maxYamlBytes = 64 * 1024 * 1024;
const maxAliases = 10_000;

/** Reads a YAML 1.2 document: a list of rows, or a map with the list under `rows`, `data` or `records`. */
export const readYaml: ReadRows = async (file, sink) => {
  const { root, value, lineAt } = parseText(await readText(file), file);
  if (root === null) return;
  const list = findList(root, value);
  if (list === undefined) {
    throw brokenFile(
      file,
      undefined,
      "the file contains no list of rows",
      `write a list ("- inputs: …"), or put it under ${listKeys.join(", ")}`,
    );
  }
  list.rows.forEach((row, index) => {
    const item = list.node.items[index];
    const offset = isNode(item) ? item.range?.[0] : undefined;
    sink.row(row, offset === undefined ? undefined : lineAt(offset));
  });
};

async function readText(file: RowFile): Promise<string> {
  if (file.sizeBytes > maxYamlBytes) {
    const megabytes = Math.ceil(file.sizeBytes / 2 ** 20);
    throw brokenFile(
      file,
      undefined,
      `${megabytes} MB of YAML exceed the limit of ${maxYamlBytes / 2 ** 20} MB`,
      "convert the file to .jsonl, which is read row by row",
    );
  }
  const utf8 = createUtf8Check();
  const requireUtf8 = ([line]: readonly number[]): void => {
    if (line !== undefined) throw brokenFile(file, line, "not UTF-8 text", "save the file as UTF-8");
  };
  const chunks: Buffer[] = [];
  for await (const chunk of readChunks(file)) {
    requireUtf8(utf8.feed(chunk));
    chunks.push(chunk);
  }
  requireUtf8(utf8.end());
  return Buffer.concat(chunks).toString();
}

interface ParsedRows {
  readonly root: ParsedNode | null;
  readonly value: unknown;
  /** Line of a UTF-16 offset, from 1. */
  lineAt(offset: number): number;
}

function parseText(text: string, file: RowFile): ParsedRows {
  const composed = composeYaml(text, { merge: true });
  const lineAt = (offset: number): number => composed.lines.linePos(offset).line;
  if ("excess" in composed)
    throw brokenFile(file, lineAt(composed.offset), "not YAML: nested too deeply", "reduce the nesting");
  const [document, second] = composed.documents;
  const problems = document.errors.map(({ message, pos }) => ({
    file: file.name,
    line: lineAt(pos[0]),
    message,
  }));
  if (second !== undefined) {
    const message = "a second document starts here; use a single list";
    problems.push({ file: file.name, line: lineAt(second.range[0]), message });
  }
  if (problems.length > 0) {
    const listed = problems.map((problem) => `${problem.file}:${problem.line}  ${problem.message}`);
    throw new DatasetError(listed.join("\n"), problems);
  }
  try {
    return { root: document.contents, value: document.toJS({ maxAliasCount: maxAliases }), lineAt };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DatasetError(
      `${file.name}  not YAML: ${reason}`,
      [{ file: file.name, message: `not YAML: ${reason}` }],
      { cause },
    );
  }
}

function findList(
  root: ParsedNode,
  value: unknown,
): { readonly node: YAMLSeq; readonly rows: readonly unknown[] } | undefined {
  if (isSeq(root) && Array.isArray(value)) return { node: root, rows: value };
  if (!isMap(root)) return undefined;
  for (const key of listKeys) {
    const node = root.get(key, true);
    const rows = (value as Readonly<Record<string, unknown>>)[key];
    if (isSeq(node) && Array.isArray(rows)) return { node, rows };
  }
  return undefined;
}

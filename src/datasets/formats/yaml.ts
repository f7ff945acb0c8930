import { isMap, isNode, isSeq, type ParsedNode, type YAMLSeq } from "yaml";
import type { JsonValue } from "../../core/data/json.ts";
import { composeYaml, repeatedKeys } from "../../formats/yaml/compose-yaml.ts";
import { createUtf8Check, readChunks } from "./read-chunks.ts";
import type { ReadFileValue } from "./read-value.ts";
import { listKeys, type OpenedFile } from "./row-format.ts";

/** A YAML document is read whole, and its tree takes many times the memory of its text. */
const maxYamlBytes = 64 * 1024 * 1024;
const maxAliases = 10_000;

/** Reads a YAML 1.2 document: the items of a list, or of the list under `rows`, `data` or `records`; else the map. */
export async function* readYaml(file: OpenedFile): AsyncGenerator<ReadFileValue> {
  const utf8 = createUtf8Check();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const tooLarge = (size: number): ReadFileValue => ({
    problem: `${Math.ceil(size / 2 ** 20)} MB of YAML exceed the limit of ${maxYamlBytes / 2 ** 20} MB`,
    hint: "convert the file to .jsonl, which is read row by row",
    isFatal: true,
  });
  const notUtf8 = (line: number): ReadFileValue => ({
    ...{ problem: "not UTF-8 text", line, hint: "save the file as UTF-8", isFatal: true },
  });
  if (file.sizeBytes > maxYamlBytes) {
    yield tooLarge(file.sizeBytes);
    return;
  }
  for await (const chunk of readChunks(file)) {
    bytes += chunk.length;
    const [badLine] = utf8.feed(chunk);
    if (bytes > maxYamlBytes || badLine !== undefined) {
      yield badLine === undefined ? tooLarge(bytes) : notUtf8(badLine);
      return;
    }
    chunks.push(chunk);
  }
  const [badLine] = utf8.end();
  if (badLine !== undefined) yield notUtf8(badLine);
  else yield* valuesOf(Buffer.concat(chunks).toString());
}

function valuesOf(text: string): readonly ReadFileValue[] {
  const composed = composeYaml(text, { merge: true, resolveKnownTags: true });
  const lineAt = (offset: number): number => composed.lines.linePos(offset).line;
  const fault = (message: string, line?: number): ReadFileValue => ({
    problem: `not YAML: ${message.split("\n")[0]}`,
    isFatal: true,
    ...(line === undefined ? {} : { line }),
  });
  if ("excess" in composed) return [fault("nested too deeply", lineAt(composed.offset))];
  const [document, second] = composed.documents;
  const problems = document.errors.map(({ message, pos }) => fault(message, lineAt(pos[0])));
  if (problems.length === 0)
    for (const offset of repeatedKeys(document))
      problems.push(fault("Map keys must be unique", lineAt(offset)));
  if (second !== undefined)
    problems.push(fault("a second document starts here; use a single list", lineAt(second.range[0])));
  if (problems.length > 0) return problems;
  const lineOf = (node: unknown): number | undefined => {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? undefined : lineAt(offset);
  };
  let value: JsonValue;
  try {
    value = document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    return [fault(error instanceof Error ? error.message : String(error))];
  }
  const root = document.contents;
  if (root === null) return [];
  const list = findList(root, value);
  if (list === undefined)
    return [{ value, line: 1, lineAt: (path) => lineOf(document.getIn(path, true)), isDocument: true }];
  return list.rows.map((row, at): ReadFileValue => {
    const line = lineOf(list.node.items[at]);
    return { value: row, ...(line === undefined ? {} : { line }) };
  });
}

function findList(
  root: ParsedNode,
  value: JsonValue,
): { readonly node: YAMLSeq; readonly rows: readonly JsonValue[] } | undefined {
  if (isSeq(root) && Array.isArray(value)) return { node: root, rows: value };
  if (!isMap(root)) return undefined;
  for (const key of listKeys) {
    const node = root.get(key, true);
    const rows = (value as Readonly<Record<string, JsonValue>>)[key];
    if (isSeq(node) && Array.isArray(rows)) return { node, rows };
  }
  return undefined;
}

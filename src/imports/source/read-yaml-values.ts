import { isNode, isSeq } from "yaml";
import type { JsonValue } from "../../core/data/json.ts";
import { composeYaml, repeatedKeys } from "../../formats/yaml/compose-yaml.ts";
import { firstBadLine, notUtf8, readBytes } from "./read-bytes.ts";
import type { ReadValue, SourceFile } from "./source-file.ts";

const maxBytes = 64 * 1024 * 1024;
const maxAliases = 10_000;

/** Reads the items of a list, or the single document. */
export async function* readYamlValues(file: SourceFile): AsyncGenerator<ReadValue> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readBytes(file)) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      yield { problem: "more than 64 MB of YAML; convert the file to .jsonl, which is read row by row" };
      return;
    }
    pieces.push(chunk);
  }
  const whole = Buffer.concat(pieces);
  const badLine = firstBadLine(whole);
  if (badLine === undefined) yield* valuesOf(whole.toString());
  else yield { problem: notUtf8, line: badLine };
}

function valuesOf(text: string): readonly ReadValue[] {
  const composed = composeYaml(text, { merge: true, resolveKnownTags: true });
  const lineAt = (offset: number): number => composed.lines.linePos(offset).line;
  if ("excess" in composed)
    return [{ problem: "not YAML: nested too deeply", line: lineAt(composed.offset) }];
  const [document, second] = composed.documents;
  const problems = document.errors.map(({ message, pos }) => ({
    problem: `not YAML: ${message.split("\n")[0]}`,
    line: lineAt(pos[0]),
  }));
  if (problems.length === 0)
    for (const offset of repeatedKeys(document))
      problems.push({ problem: "not YAML: Map keys must be unique", line: lineAt(offset) });
  if (second !== undefined)
    problems.push({ problem: "not YAML: more than one document", line: lineAt(second.range[0]) });
  if (problems.length > 0) return problems;
  const lineOf = (node: unknown): number | undefined => {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? undefined : lineAt(offset);
  };
  try {
    const value: JsonValue = document.toJS({ maxAliasCount: maxAliases });
    const root = document.contents;
    if (!isSeq(root) || !Array.isArray(value))
      return [{ value, line: 1, lineAt: (path) => lineOf(document.getIn(path, true)) }];
    return value.map((item: JsonValue, at): ReadValue => {
      const line = lineOf(root.items[at]);
      return { value: item, ...(line === undefined ? {} : { line }) };
    });
  } catch (error) {
    return [{ problem: `not YAML: ${(error as Error).message}` }];
  }
}

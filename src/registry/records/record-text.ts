import type { z } from "zod";
import { RegistryError } from "../../core/errors.ts";
import { parseYaml, renderYaml } from "../../formats/yaml/parse-yaml.ts";

const word = /^[A-Za-z](?:[A-Za-z0-9_.,/()+@-]| (?=[A-Za-z0-9]))*$/;
const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
const integer = /^[1-9]\d{0,14}$/;
const digest = /^(?=[0-9]*[a-df])[0-9a-f]{64}$/;
const notText = /^(?:true|false|null|[+-]?\.(?:inf|nan))$/i;

type PlainValue = string | number | Readonly<Record<string, string>>;

/**
 * Fast parser for common records: lines of `key: value` with a word, number, time or digest, or `key:` with
 * indented words. Makes lists of ten thousand prompts several times faster. Undefined for other text, which
 * the YAML parser reads; both agree where both apply.
 */
export function parsePlainRecord(text: string): Record<string, PlainValue> | undefined {
  const record: Record<string, PlainValue> = {};
  /** Words below the last key without a value. */
  let words: Record<string, string> | undefined;
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    if (line === "") {
      // An empty line is only allowed at the end.
      if (at < lines.length - 1) words = undefined;
      continue;
    }
    if (line.startsWith("  ")) {
      const [name, word, isPlain] = plainWord(line.slice(2));
      if (words === undefined || !isPlain || Object.hasOwn(words, name)) return undefined;
      words[name] = word;
      continue;
    }
    words = undefined;
    const opened = /^([a-z_]+):$/.exec(line)?.[1];
    if (opened !== undefined) {
      const isFilled = /^ {2}\S/.test(lines[at + 1] ?? "");
      if (!isFilled || notText.test(opened) || opened in record) return undefined;
      words = {};
      record[opened] = words;
      continue;
    }
    const colon = line.indexOf(": ");
    const key = line.slice(0, colon);
    const value = line.slice(colon + 2);
    if (colon < 1 || !/^[a-z_]+$/.test(key) || notText.test(key) || key in record) return undefined;
    if (integer.test(value)) record[key] = Number(value);
    else if (timestamp.test(value) || digest.test(value) || (word.test(value) && !notText.test(value))) {
      record[key] = value;
    } else return undefined;
  }
  return Object.keys(record).length > 0 ? record : undefined;
}

function plainWord(line: string): readonly [name: string, text: string, isPlain: boolean] {
  const colon = line.indexOf(": ");
  const name = line.slice(0, colon);
  const text = line.slice(colon + 2);
  const isName = colon > 0 && /^[a-z][a-z_]*$/.test(name) && !notText.test(name) && !(name in {});
  return [name, text, isName && word.test(text) && !notText.test(text)];
}

export const repairHint = "restore the file (git checkout), or run: dao-opt registry verify --repair";

/** Renders a record as YAML in the given key order, without absent values. */
export function renderRecord(values: Readonly<Record<string, unknown>>): string {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return renderYaml(given);
}

/** Parses and validates a record. Throws RegistryError naming the file and the problems. */
export function parseYamlRecord<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  file: string,
  shape?: PlainShape,
): z.output<Schema> {
  const plain = parsePlainRecord(text);
  if (plain !== undefined && shape !== undefined && fits(plain, shape)) return plain as z.output<Schema>;
  const { value, problems, locate } = plain === undefined ? parseYaml(text) : { value: plain, ...nothing };
  const [problem] = problems;
  if (problem !== undefined) {
    const place = problem.line === undefined ? file : `${file}:${problem.line}:${problem.column ?? 1}`;
    throw new RegistryError(`${place} cannot be read: ${problem.message}`, { hint: repairHint });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.map((issue) => {
    const line = locate(issue.path)?.line;
    const where = issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `;
    return `${where}${issue.message}${line === undefined ? "" : ` (line ${line})`}`;
  });
  throw new RegistryError(`${file} cannot be read: ${issues.join("; ")}`, { hint: repairHint });
}

/** Allowed values per key, and the required keys. */
export interface PlainShape {
  readonly required: readonly string[];
  readonly keys: Readonly<Record<string, (value: PlainValue) => boolean>>;
}

/** A record that matches needs no schema validation, which takes as long as reading. */
function fits(record: Readonly<Record<string, PlainValue>>, { required, keys }: PlainShape): boolean {
  return (
    required.every((key) => key in record) &&
    Object.entries(record).every(([key, value]) => Object.hasOwn(keys, key) && keys[key]?.(value) === true)
  );
}

export const isText = (value: PlainValue): boolean => typeof value === "string";
export const isWhole = (value: PlainValue): boolean => typeof value === "number";

const nothing = { problems: [], locate: () => undefined };

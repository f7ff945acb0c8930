import type { z } from "zod";
import { RegistryError } from "../../core/errors.ts";
import { parseYaml, renderYaml } from "../../formats/yaml/parse-yaml.ts";
import { type PlainValue, parsePlainRecord } from "./plain-record.ts";

export const repairHint = "restore the file (git checkout), or run: dao-opt registry verify --repair";

/** YAML of a record, keys in the order given; absent values are left out. */
export function renderRecord(values: Readonly<Record<string, unknown>>): string {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return renderYaml(given);
}

/** Reads a record's YAML against its schema. Throws RegistryError naming the file and what is wrong in it. */
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

/** Key → what a plain record may hold there; those of `required` it must hold. */
export interface PlainShape {
  readonly required: readonly string[];
  readonly keys: Readonly<Record<string, (value: PlainValue) => boolean>>;
}

/** A record that fits needs no schema: checking one with it takes as long as reading it. */
function fits(record: Readonly<Record<string, PlainValue>>, { required, keys }: PlainShape): boolean {
  return (
    required.every((key) => key in record) &&
    Object.entries(record).every(([key, value]) => Object.hasOwn(keys, key) && keys[key]?.(value) === true)
  );
}

export const isText = (value: PlainValue): boolean => typeof value === "string";
export const isWhole = (value: PlainValue): boolean => typeof value === "number";

const nothing = { problems: [], locate: () => undefined };

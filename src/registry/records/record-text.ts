import { stringify } from "yaml";
import type { z } from "zod";
import { RegistryError } from "../../core/errors.ts";
import { parseYaml } from "../parse-yaml.ts";
import { parsePlainRecord } from "./plain-record.ts";

export const repairHint = "restore the file (git checkout), or run: dao-opt registry verify --repair";

/** YAML of a record, keys in the order given; absent values are left out. */
export function renderRecord(values: Readonly<Record<string, unknown>>): string {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return stringify(given, { version: "1.2", schema: "core", lineWidth: 0, aliasDuplicateObjects: false });
}

/** Reads a record's YAML against its schema. Throws RegistryError naming the file and what is wrong in it. */
export function parseRecord<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  file: string,
): z.output<Schema> {
  const plain = parsePlainRecord(text);
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

const nothing = { problems: [], locate: () => undefined };

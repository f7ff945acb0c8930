import { UsageError } from "../../core/errors.ts";
import type { RowMapping } from "../../datasets/store/parse-record.ts";

/** Flags of commands that read rows from files in any format. */
export const rowMappingFlags = [
  ["--inputs <variable=column...>", "columns to use as variables (default: the `inputs` column, else all)"],
  ["--expected <column>", "column with the expected answer"],
] as const;

/** Reads the column mapping from the flags; empty without them. Throws UsageError on a malformed pair. */
export function readRowMapping({ inputs, expected }: Readonly<Record<string, unknown>>): RowMapping {
  const words = Array.isArray(inputs)
    ? inputs.filter((word): word is string => typeof word === "string")
    : [];
  const pairs = words
    .flatMap((word) => word.split(","))
    .map((pair): [string, string] => {
      const at = pair.indexOf("=");
      const [variable, column] = at < 0 ? [pair, pair] : [pair.slice(0, at), pair.slice(at + 1)];
      if (variable === "" || column === "") {
        throw new UsageError(`--inputs must be variable=column, got "${pair}"`);
      }
      return [variable, column];
    });
  return {
    ...(pairs.length === 0 ? {} : { inputs: Object.fromEntries(pairs) }),
    ...(typeof expected === "string" ? { expected } : {}),
  };
}

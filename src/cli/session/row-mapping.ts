import { UsageError } from "../../core/errors.ts";
import type { RowMapping } from "../../datasets/store/parse-record.ts";

/** Flags of the commands that take rows of others' files. */
export const rowMappingFlags = [
  ["--inputs <variable=column...>", "which columns are the variables (default: `inputs`, else all)"],
  ["--expected <column>", "column of the expected answer"],
] as const;

/** Which columns are what, as the flags say; empty when they say nothing. Throws UsageError. */
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
        throw new UsageError(`--inputs: expected variable=column, got "${pair}"`);
      }
      return [variable, column];
    });
  return {
    ...(pairs.length === 0 ? {} : { inputs: Object.fromEntries(pairs) }),
    ...(typeof expected === "string" ? { expected } : {}),
  };
}

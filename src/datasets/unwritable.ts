import type { RowFault } from "./rows/row-fault.ts";

/**
 * The fault of a row that was parsed and still cannot be written as JSON: `1e999` and YAML's `.inf` are
 * no JSON numbers, and nesting has a limit. Undefined for any other error.
 */
export function unwritableFault(error: unknown): RowFault | undefined {
  if (error instanceof RangeError) return { message: "it is nested too deeply" };
  const message = error instanceof Error ? error.message : "";
  const [, value] = /^Object can not safely be stringified.*\((.*)\)$/.exec(message) ?? [];
  return value === undefined ? undefined : { message: `it holds ${value}, which JSON cannot` };
}

import type { Example } from "../../src/core/data/example.ts";

/** A row without inputs, or with `fields`. */
export function exampleRow(id: string, fields: Partial<Example> = {}): Example {
  return { id, inputs: {}, expectations: {}, tags: {}, origin: { file: "rows.jsonl" }, ...fields };
}

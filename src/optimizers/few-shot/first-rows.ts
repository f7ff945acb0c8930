import type { FewShotOptions } from "./options.ts";

/** Validation rows that every set of a step runs before any is dropped. */
export function firstRaceRows({ block_size }: FewShotOptions, validationRows: number): number {
  return Math.max(block_size, Math.ceil(validationRows / 8));
}

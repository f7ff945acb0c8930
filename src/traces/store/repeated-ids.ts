import { keyHash } from "./key-hash.ts";
import { createNumberTable } from "./number-table.ts";

const [firstColumn, secondColumn] = [0, 1];
const secondSeed = 0x9e3779b9;

/**
 * Finds the lines whose trace stands on a later line again: two processes may have done the same work at once.
 * 16 bytes stay in memory for each line, two hashes of 53 bits of its id, which no two ids share.
 */
export interface RepeatedIds {
  /** The number of the line, from 0 on. */
  note(traceId: string): number;
  /** Of all lines so far those that a later one stands for; undefined when there is none. */
  superseded(): ((line: number) => boolean) | undefined;
}

export function createRepeatedIds(): RepeatedIds {
  const hashes = createNumberTable(2);
  return {
    note(traceId) {
      const line = hashes.add();
      hashes.set(line, firstColumn, keyHash(traceId));
      hashes.set(line, secondColumn, keyHash(traceId, secondSeed));
      return line;
    },
    superseded() {
      const sorted = Float64Array.from({ length: hashes.rows }, (_, line) => hashes.get(line, firstColumn));
      sorted.sort();
      const repeated = new Set(sorted.filter((one, at) => at > 0 && one === sorted[at - 1]));
      if (repeated.size === 0) return undefined;
      const latest = new Map<number, number>();
      const marks = new Uint8Array(hashes.rows);
      for (let line = hashes.rows - 1; line >= 0; line--) {
        const first = hashes.get(line, firstColumn);
        if (!repeated.has(first)) continue;
        const later = latest.get(first);
        if (later === undefined) latest.set(first, line);
        else if (hashes.get(later, secondColumn) === hashes.get(line, secondColumn)) marks[line] = 1;
      }
      return (line) => marks[line] === 1;
    },
  };
}

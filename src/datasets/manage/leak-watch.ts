import { canonicalJson } from "../../core/data/digest.ts";
import type { JsonValue } from "../../core/data/json.ts";
import { createKeyTable, createNumberList, textKey } from "../store/key-table.ts";

const shownLeaks = 20;
/** Flag on the number of a key's first part: the key also occurred in another part. */
const leaked = 0x80000000;

export interface Leaks {
  /** Number of different keys that occur in more than one part. */
  readonly count: number;
  /** The first 20 of them, each with the first two parts it occurred in. */
  readonly examples: readonly { readonly what: string; readonly parts: readonly [string, string] }[];
}

/** Finds keys that occur in more than one part: equal inputs, or rows of one group. */
interface LeakWatch {
  /** `key` has 16 bytes. `what` describes it for people. */
  add(key: Buffer, part: string, what: () => string): void;
  /** Number of different keys. */
  readonly distinct: number;
  leaks(): Leaks;
}

export function createLeakWatch(): LeakWatch {
  const keys = createKeyTable();
  const homes = createNumberList("uint32");
  const numbers = new Map<string, number>();
  const parts: string[] = [];
  const examples: { what: string; parts: readonly [string, string] }[] = [];
  let count = 0;
  return {
    add(key, part, what) {
      const number = numbers.get(part) ?? parts.push(part) - 1;
      numbers.set(part, number);
      const index = keys.put(key);
      if (index === homes.length) return homes.push(number);
      const home = homes.get(index);
      if (home >= leaked || home === number) return;
      homes.set(index, home + leaked);
      count++;
      if (examples.length < shownLeaks) examples.push({ what: what(), parts: [parts[home] as string, part] });
    },
    get distinct() {
      return keys.size;
    },
    leaks: () => ({ count, examples }),
  };
}

export function groupKey(group: JsonValue): Buffer {
  return textKey(canonicalJson(group));
}

import { hash } from "node:crypto";
import { canonicalJson } from "../../core/data/digest.ts";
import type { JsonObject } from "../../core/data/json.ts";

/** Bytes of a key. 128 bits of a SHA-256 are enough to distinguish any two inputs. */
const keyBytes = 16;

/**
 * The key of a row: the first half of the SHA-256 of its inputs as key-sorted JSON. Throws if JSON cannot
 * represent them (see `unwritableFault`).
 */
export function inputsKey(inputs: JsonObject): Buffer {
  return textKey(canonicalJson(inputs));
}

/** The key of any text. */
export function textKey(text: string): Buffer {
  return hash("sha256", text, "buffer").subarray(0, keyBytes);
}

/** The id of the row's example in a run: the first 16 hex digits. */
export function idOfKey(key: Buffer): string {
  return key.toString("hex", 0, 8);
}

const firstCapacity = 1024;
const words = keyBytes / 4;

/**
 * Keys of 16 bytes, numbered from 0 in insertion order. Open addressing takes 24 to 48 bytes per key, where a
 * Set of strings takes 150.
 */
export interface KeyTable {
  /** The number of a key; -1 if it is not in the table. */
  find(key: Buffer): number;
  /** The number of a key, which is added if necessary. */
  put(key: Buffer): number;
  readonly size: number;
  /** A copy of the key with this number. */
  keyAt(index: number): Buffer;
}

export function createKeyTable(): KeyTable {
  let size = 0;
  let keys = new Uint32Array(firstCapacity * words);
  // Twice as many slots as keys. A slot holds a number plus one, or 0 if it is free. Keys are hashes, so
  // their words serve as the hash.
  let slots = new Uint32Array(firstCapacity * 2);

  const holds = (index: number, a: number, b: number, c: number, d: number): boolean => {
    const at = index * words;
    return keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d;
  };
  /** The slot of the key, or the free slot where it belongs. */
  const slotOf = (a: number, b: number, c: number, d: number): number => {
    const mask = slots.length - 1;
    for (let slot = a & mask; ; slot = (slot + 1) & mask) {
      const index = (slots[slot] as number) - 1;
      if (index < 0 || holds(index, a, b, c, d)) return slot;
    }
  };
  const slotFor = (key: Buffer): number =>
    slotOf(key.readUInt32LE(0), key.readUInt32LE(4), key.readUInt32LE(8), key.readUInt32LE(12));
  const grow = (): void => {
    const larger = new Uint32Array(keys.length * 2);
    larger.set(keys);
    keys = larger;
    slots = new Uint32Array(slots.length * 2);
    const word = (at: number): number => keys[at] as number;
    for (let index = 0; index < size; index++) {
      const at = index * words;
      slots[slotOf(word(at), word(at + 1), word(at + 2), word(at + 3))] = index + 1;
    }
  };

  return {
    find: (key) => (slots[slotFor(key)] as number) - 1,
    put(key) {
      const known = (slots[slotFor(key)] as number) - 1;
      if (known >= 0) return known;
      if (size * words === keys.length) grow();
      slots[slotFor(key)] = size + 1;
      for (let word = 0; word < words; word++) keys[size * words + word] = key.readUInt32LE(word * 4);
      return size++;
    },
    get size() {
      return size;
    },
    keyAt(index) {
      const key = Buffer.alloc(keyBytes);
      for (let word = 0; word < words; word++)
        key.writeUInt32LE(keys[index * words + word] as number, word * 4);
      return key;
    },
  };
}

/** Numbers by index, 4 or 8 bytes each. Indexes grow one by one. */
export interface NumberList {
  push(value: number): void;
  get(index: number): number;
  set(index: number, value: number): void;
  readonly length: number;
  /** Returns a copy. */
  toArray(): Uint32Array | Float64Array;
}

export function createNumberList(kind: "uint32" | "float64"): NumberList {
  const make = (capacity: number) =>
    kind === "uint32" ? new Uint32Array(capacity) : new Float64Array(capacity);
  let numbers = make(firstCapacity);
  let length = 0;
  return {
    push(value) {
      if (length === numbers.length) {
        const larger = make(numbers.length * 2);
        larger.set(numbers);
        numbers = larger;
      }
      numbers[length++] = value;
    },
    get: (index) => numbers[index] as number,
    set(index, value) {
      numbers[index] = value;
    },
    get length() {
      return length;
    },
    toArray: () => numbers.slice(0, length),
  };
}

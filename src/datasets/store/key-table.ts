import { hash } from "node:crypto";
import { canonicalJson } from "../../core/data/digest.ts";
import type { JsonObject } from "../../core/data/json.ts";

/** Bytes of a SHA-256 that a key keeps: 128 bits still tell any two inputs apart. */
export const keyBytes = 16;

/**
 * What a row is known by: the SHA-256 of its inputs as key-sorted JSON, first half. Throws when JSON cannot
 * hold them (`unwritableFault`).
 */
export function inputsKey(inputs: JsonObject): Buffer {
  return hash("sha256", canonicalJson(inputs), "buffer").subarray(0, keyBytes);
}

/** The id of the row's example in a run: the first 16 hex digits. */
export function idOfKey(key: Buffer): string {
  return key.toString("hex", 0, 8);
}

const firstCapacity = 1024;
const words = keyBytes / 4;

/**
 * Keys of 16 bytes, numbered from 0 in the order of adding. Bytes with open addressing: 24 to 48 bytes a
 * key, where a Set of texts takes 150.
 */
export interface KeyTable {
  /** Number of a key, -1 when it is not there. */
  find(key: Buffer): number;
  /** Number of a key, added when it is not there. */
  put(key: Buffer): number;
  readonly size: number;
  /** A copy of the key with this number. */
  keyAt(index: number): Buffer;
}

export function createKeyTable(): KeyTable {
  let size = 0;
  let keys = new Uint32Array(firstCapacity * words);
  // Twice as many slots as keys; a slot holds a number plus one, or 0. Keys are hashes: their words are the hash.
  let slots = new Uint32Array(firstCapacity * 2);

  const holds = (index: number, a: number, b: number, c: number, d: number): boolean => {
    const at = index * words;
    return keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d;
  };
  /** The slot of the key, or the free one where it belongs. */
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

/** Numbers by index, 4 or 8 bytes each; indexes grow one by one. */
export interface NumberList {
  push(value: number): void;
  get(index: number): number;
  set(index: number, value: number): void;
  readonly length: number;
  /** A copy of what is there. */
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

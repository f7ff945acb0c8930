const firstCapacity = 1024;

/** Rows of a fixed number of numbers, 8 bytes each. Objects would take ten times as much. */
export interface NumberTable {
  /** Adds a row of zeros and returns its index. */
  add(): number;
  get(row: number, column: number): number;
  set(row: number, column: number, value: number): void;
  readonly rows: number;
}

export function createNumberTable(columns: number): NumberTable {
  let numbers = new Float64Array(firstCapacity * columns);
  let rows = 0;
  return {
    add() {
      if ((rows + 1) * columns > numbers.length) {
        const larger = new Float64Array(numbers.length * 2);
        larger.set(numbers);
        numbers = larger;
      }
      return rows++;
    },
    get: (row, column) => numbers[row * columns + column] as number,
    set(row, column, value) {
      numbers[row * columns + column] = value;
    },
    get rows() {
      return rows;
    },
  };
}

/**
 * A 53-bit hash of a text (cyrb53). Matches found by it must be compared in full. Different seeds give
 * independent hashes.
 * Source: https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js, public domain.
 */
export function keyHash(text: string, seed = 0): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

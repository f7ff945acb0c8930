const firstCapacity = 1024;

/** Rows of so many numbers, 8 bytes each; objects would take ten times as much. */
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

const firstCapacity = 1024;

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

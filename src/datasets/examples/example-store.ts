import type { Example } from "../../core/data/example.ts";

/** Keeps examples by the index at which they were appended. */
export interface ExampleStore {
  append(example: Example): void;
  replace(index: number, example: Example): void;
  read(index: number): Example;
  /** The example at an index as handed to users. */
  view(index: number): Example;
  readonly size: number;
  close(): void;
}

/** Keeps examples in memory. */
export function createMemoryStore(): ExampleStore {
  const examples: Example[] = [];
  const read = (index: number): Example => examples[index] as Example;
  return {
    append: (example) => void examples.push(example),
    replace(index, example) {
      examples[index] = example;
    },
    read,
    view: read,
    get size() {
      return examples.length;
    },
    close: () => undefined,
  };
}

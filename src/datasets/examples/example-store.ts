import type { DatasetPart, Example } from "../../core/data/example.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { SpoolFile } from "./spool-file.ts";

/** Stores examples by the index at which they were appended. */
export interface ExampleStore {
  append(example: Example): void;
  replace(index: number, example: Example): void;
  read(index: number): Example;
  /** The example at an index, as passed to users. */
  view(index: number): Example;
  readonly size: number;
  close(): void;
}

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

/**
 * Number of recently read rows kept in memory, each in the slot of its index: enough for the calls in flight
 * and the scorers at work. (A Map in order of use raised the peak of a pass over 400,000 rows by 170 MB.)
 */
const recentSlots = 256;

/** Stores examples as JSON text in a spool. Memory holds an id and a position for each. */
export function createSpooledStore(spool: SpoolFile): ExampleStore {
  const ids: string[] = [];
  const offsets: number[] = [];
  const lengths: number[] = [];
  const recent: (Example | undefined)[] = new Array(recentSlots).fill(undefined);
  const recentIndexes = new Array<number>(recentSlots).fill(-1);

  const put = (index: number, example: Example): void => {
    const { offset, bytes } = spool.append(JSON.stringify(example));
    ids[index] = example.id;
    offsets[index] = offset;
    lengths[index] = bytes;
  };
  const read = (index: number): Example => {
    const slot = index % recentSlots;
    const known = recentIndexes[slot] === index ? recent[slot] : undefined;
    if (known !== undefined) return known;
    const span = { offset: offsets[index] as number, bytes: lengths[index] as number };
    const example: Example = Object.freeze(JSON.parse(spool.read(span)) as Example);
    recent[slot] = example;
    recentIndexes[slot] = index;
    return example;
  };

  return {
    append: (example) => put(ids.length, example),
    replace(index, example) {
      recentIndexes[index % recentSlots] = -1;
      put(index, example);
    },
    read,
    // The class has the members of an Example; its getters return undefined for missing fields.
    view: (index) => new SpooledExample(ids[index] as string, index, read) as Example,
    get size() {
      return ids.length;
    },
    close() {
      recent.fill(undefined);
      spool.close();
    },
  };
}

/**
 * An example whose fields are read from the spool on access. It is a class because getters on the prototype
 * cost no memory per row; closures for 400,000 rows would use up what the spool saves.
 */
class SpooledExample {
  readonly id: string;
  readonly #index: number;
  readonly #read: (index: number) => Example;

  constructor(id: string, index: number, read: (index: number) => Example) {
    this.id = id;
    this.#index = index;
    this.#read = read;
    Object.freeze(this);
  }

  get inputs(): JsonObject {
    return this.#read(this.#index).inputs;
  }
  get expected(): string | undefined {
    return this.#read(this.#index).expected;
  }
  get expectedFacts(): readonly string[] | undefined {
    return this.#read(this.#index).expectedFacts;
  }
  get sourceOutput(): string | undefined {
    return this.#read(this.#index).sourceOutput;
  }
  get expectations(): JsonObject {
    return this.#read(this.#index).expectations;
  }
  get group(): JsonValue | undefined {
    return this.#read(this.#index).group;
  }
  get tags(): JsonObject {
    return this.#read(this.#index).tags;
  }
  get part(): DatasetPart | undefined {
    return this.#read(this.#index).part;
  }
  get origin(): Example["origin"] {
    return this.#read(this.#index).origin;
  }

  /** Serializes like any other example. */
  toJSON(): Example {
    return this.#read(this.#index);
  }
}

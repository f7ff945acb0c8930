import type { DatasetPart, Example } from "../../core/data/example.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";

/**
 * An example whose fields are read from the spool when they are touched. A class, because getters of
 * its prototype cost nothing a row: 400,000 rows of closures would fill the memory the spool saves.
 */
export class SpooledExample {
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

  /** JSON of a spooled example is that of any other. */
  toJSON(): Example {
    return this.#read(this.#index);
  }
}

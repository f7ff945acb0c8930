import type { JsonObject, JsonValue } from "../../core/data/json.ts";

/** A place in a foreign prompt and what is wrong there or left out. */
export interface PromptNote {
  /** From 1, within the file; absent for JSON members. */
  readonly line?: number;
  readonly message: string;
  readonly hint?: string;
}

/** A prompt file, split as far as its syntax allows. */
export interface PromptSource {
  /** Name, for its extension and for messages. */
  readonly file: string;
  readonly text: string;
  /** The front matter if it is a map; empty without one. */
  readonly frontMatter: JsonObject;
  readonly hasFrontMatter: boolean;
  /** Text below the front matter, and the line on which it starts, from 1. */
  readonly body: string;
  readonly bodyLine: number;
  /** Line of a key of the front matter. */
  readonly lineOf: (key: string) => number | undefined;
  /** The whole file, if it is JSON. */
  readonly json: JsonValue | undefined;
}

/** A foreign prompt under the keys of a `.prompt` file, still unchecked. */
export interface ForeignReading {
  readonly keys: JsonObject;
  /** Name in its tool; may become the path. */
  readonly name?: string;
  /** What has no counterpart here and was left out. */
  readonly warnings: readonly PromptNote[];
  /** What cannot be represented; the prompt is rejected. */
  readonly problems: readonly PromptNote[];
}

/** A format of another tool, listed in `index.ts`. */
export interface PromptFormat {
  /** For messages. */
  readonly name: string;
  /** True if the file has this format: its shape, not two common names. */
  recognizes(source: PromptSource): boolean;
  read(source: PromptSource): ForeignReading;
}

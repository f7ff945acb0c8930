import { createRandom } from "../../core/random.ts";

const mostCharacters = 4_000;

/** A seeded, even sample of texts of which only so many are kept (J. Vitter's algorithm R, 1985). */
export interface TextSample {
  add(text: string): void;
  readonly texts: readonly string[];
  /** Texts that were added. */
  readonly seen: number;
}

export function createTextSample(size: number): TextSample {
  const random = createRandom("text-sample");
  const texts: string[] = [];
  let seen = 0;
  return {
    add(text) {
      seen++;
      const at = texts.length < size ? texts.length : random.integer(seen);
      // A slice would keep the whole text alive.
      if (at < size)
        texts[at] = text.length > mostCharacters ? structuredClone(text.slice(0, mostCharacters)) : text;
    },
    texts,
    get seen() {
      return seen;
    },
  };
}

import { digestOfText } from "../../core/data/digest.ts";

/** An id for what has none of its own: equal texts have equal ids. */
export function derivedId(prefix: string, text: string): string {
  return `${prefix}_${digestOfText(text).slice(0, 21)}`;
}

import { digestOfText } from "../../core/data/digest.ts";

/** Derives an id from a text; equal texts give equal ids. */
export function derivedId(prefix: string, text: string): string {
  return `${prefix}_${digestOfText(text).slice(0, 21)}`;
}

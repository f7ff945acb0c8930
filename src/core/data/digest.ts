import { hash } from "node:crypto";
import { configure } from "safe-stable-stringify";

const stringify = configure({ strict: true, circularValue: Error });

/** JSON with sorted keys and without `undefined` members: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return stringify(value) ?? "null";
}

/** SHA-256 of the canonical JSON of a value, 64 hex digits. */
export function digestOf(value: unknown): string {
  return hash("sha256", canonicalJson(value));
}

/** SHA-256 of a text, 64 hex digits. */
export function digestOfText(text: string): string {
  return hash("sha256", text);
}

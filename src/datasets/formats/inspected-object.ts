import type { JsonValue } from "../../core/data/json.ts";

const deepest = 64;
const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  "0": "\0",
};
const words: Readonly<Record<string, JsonValue>> = {
  true: true,
  false: false,
  null: null,
  undefined: null,
  NaN: null,
};

class Unreadable extends Error {}

/**
 * Parses an object as Node prints it (`util.inspect`): keys without quotes, texts in any quotes and joined with `+`.
 * Returns what is wrong with another text, or with one that was cut off (`[Object]`, `… more items`).
 */
export function parseInspected(text: string): { readonly value: JsonValue } | string {
  let at = 0;
  const fail = (message: string): never => {
    throw new Unreadable(message);
  };
  const skip = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  const quoted = (): string => {
    const quote = text[at++];
    let value = "";
    while (at < text.length && text[at] !== quote) {
      if (text[at] !== "\\") value += text[at++];
      else value += escaped();
    }
    if (at++ >= text.length) fail("a text has no end");
    return value;
  };
  const escaped = (): string => {
    const code = /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|([\s\S]))/.exec(
      text.slice(at, at + 12),
    );
    at += code?.[0].length ?? 1;
    const hex = code?.[1] ?? code?.[2] ?? code?.[3];
    if (hex !== undefined) return String.fromCodePoint(Math.min(Number.parseInt(hex, 16), 0x10ffff));
    return escapes[code?.[4] ?? ""] ?? code?.[4] ?? "";
  };
  const joined = (): string => {
    let value = quoted();
    for (;;) {
      const before = at;
      skip();
      if (text.startsWith("...", at)) fail("a text was cut off when it was printed");
      if (text[at] !== "+") {
        at = before;
        return value;
      }
      at++;
      skip();
      if (!/["'`]/.test(text[at] ?? "")) fail("a text is missing after +");
      value += quoted();
    }
  };
  const members = (depth: number): JsonValue => {
    const entries: [string, JsonValue][] = [];
    at++;
    for (;;) {
      skip();
      if (text[at] === "}") break;
      if (text.startsWith("...", at)) fail("members were cut off when the object was printed");
      const key = /["']/.test(text[at] ?? "") ? quoted() : word();
      skip();
      if (text[at++] !== ":") fail(`a colon is missing after ${key.slice(0, 40)}`);
      const value = any(depth + 1);
      if (key !== "__proto__") entries.push([key, value]);
      skip();
      if (text[at] === ",") at++;
      else if (text[at] !== "}") fail("a comma is missing");
    }
    at++;
    return Object.fromEntries(entries);
  };
  const items = (depth: number): JsonValue => {
    const list: JsonValue[] = [];
    at++;
    for (;;) {
      skip();
      if (text[at] === "]") break;
      if (/^\.\.\./.test(text.slice(at, at + 3))) fail("items were cut off when the list was printed");
      list.push(any(depth + 1));
      skip();
      if (text[at] === ",") at++;
      else if (text[at] !== "]") fail("a comma is missing");
    }
    at++;
    return list;
  };
  const word = (): string => {
    const found = /^[\w$.+-]+/.exec(text.slice(at, at + 200))?.[0];
    if (found === undefined) return fail(`unexpected ${JSON.stringify(text.slice(at, at + 10))}`);
    at += found.length;
    return found;
  };
  const any = (depth: number): JsonValue => {
    if (depth > deepest) fail("it is nested too deeply");
    skip();
    if (text[at] === "{") return members(depth);
    if (/^\[(Object|Array|Circular)/.test(text.slice(at, at + 10)))
      fail("a value was cut off when it was printed");
    if (text[at] === "[") return items(depth);
    if (/["'`]/.test(text[at] ?? "")) return joined();
    const found = word();
    if (Object.hasOwn(words, found)) return words[found] ?? null;
    const number = Number(found.replace(/n$/, ""));
    return Number.isFinite(number) ? number : fail(`unexpected ${found.slice(0, 40)}`);
  };
  try {
    const value = any(0);
    skip();
    return at < text.length ? "text after the object" : { value };
  } catch (error) {
    if (error instanceof Unreadable) return `neither JSON nor a printed object: ${error.message}`;
    throw error;
  }
}

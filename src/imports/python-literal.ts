import type { JsonValue } from "../core/data/json.ts";

const token =
  /\s*(?:([{}[\](),:])|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(True|False|None|nan)\b)/suy;
const words: Readonly<Record<string, JsonValue>> = { True: true, False: false, None: null, nan: null };
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\n": "", "0": "\0" };
const closing: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };
const maxDepth = 200;

/**
 * Parses Python's representation of dicts, lists and tuples of plain values, which pandas writes to CSV.
 * Undefined for anything else.
 */
export function readPythonLiteral(text: string): JsonValue | undefined {
  const reader = new RegExp(token);
  let found = reader.exec(text);
  const next = (): void => {
    found = reader.exec(text);
  };
  const sign = () => found?.[1];

  const value = (depth: number): JsonValue | undefined => {
    const [, opened, string, number, word] = found ?? [];
    if (opened !== undefined)
      return closing[opened] === undefined || depth > maxDepth ? undefined : list(opened, depth);
    next();
    if (string !== undefined) return unquoted(string);
    if (number !== undefined) return Number(number);
    return word === undefined ? undefined : words[word];
  };
  const list = (opened: string, depth: number): JsonValue | undefined => {
    const items: JsonValue[] = [];
    const members: [string, JsonValue][] = [];
    next();
    while (sign() !== closing[opened]) {
      const item = value(depth + 1);
      if (item === undefined) return undefined;
      if (opened === "{") {
        if (sign() !== ":") return undefined;
        next();
        const member = value(depth + 1);
        if (member === undefined) return undefined;
        members.push([String(item), member]);
      } else items.push(item);
      if (sign() === ",") next();
      else if (sign() !== closing[opened]) return undefined;
    }
    next();
    return opened === "{" ? Object.fromEntries(members) : items;
  };

  const read = value(0);
  return read !== undefined && found === null && text.slice(lastEnd(text)).trim() === "" ? read : undefined;
}

/** The offset after the last bracket. Nothing may follow it. */
function lastEnd(text: string): number {
  return Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"), text.lastIndexOf(")")) + 1;
}

function unquoted(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs,
      (_, two, four, eight, one: string) => {
        const code = two ?? four ?? eight;
        return code === undefined ? (escapes[one] ?? one) : String.fromCodePoint(Number.parseInt(code, 16));
      },
    );
}

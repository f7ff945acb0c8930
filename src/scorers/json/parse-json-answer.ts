import { type JsonValue, parsedJson } from "../../core/data/json.ts";
import { quote } from "../text/quote.ts";

type ParsedAnswer =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly problem: string };

/** Deeper than any real answer; limits recursion. */
const maxDepth = 100;
const fenced = /^(`{3,}|~{3,})[^\n`]*\n([\s\S]*?)\n?\1\s*$/;

/**
 * Parses an answer that must be JSON. Strips only white space around it and, if allowed, one surrounding fence.
 * `problem` describes what is wrong, as feedback for the optimizer.
 */
export function parseJsonAnswer(text: string, isFenceAllowed: boolean): ParsedAnswer {
  const trimmed = text.trim();
  const inner = fenced.exec(trimmed)?.[2];
  const body = isFenceAllowed && inner !== undefined ? inner : trimmed;
  const parsed = parsedJson(body);
  if (parsed === undefined) return { ok: false, problem: describeProblem(body) };
  return isDeep(parsed)
    ? { ok: false, problem: `the JSON is nested deeper than ${maxDepth} levels` }
    : { ok: true, value: parsed };
}

function isDeep(value: JsonValue): boolean {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}

function describeProblem(text: string): string {
  if (text === "") return "the answer is empty; JSON is wanted";
  const inner = fenced.exec(text)?.[2];
  if (inner !== undefined && parsedJson(inner) !== undefined) {
    return "the JSON is wrapped in a ``` fence; the bare JSON is wanted";
  }
  const start = text.search(/[{[]/);
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]")) + 1;
  if (start === -1) return `the answer is no JSON: ${quote(text)}`;
  if (parsedJson(text.slice(start, end)) !== undefined) return describeSurroundings(text, start, end);
  if (start > 0 && parsedJson(text.slice(start)) === undefined) {
    return `the answer is no JSON: it begins with ${quote(text.slice(0, start).trim(), 60)}, and what follows cannot be parsed either`;
  }
  return `the answer is no valid JSON${describeCause(text)}: ${quote(text)}`;
}

function describeSurroundings(text: string, start: number, end: number): string {
  const before = text.slice(0, start).trim();
  const after = text.slice(end).trim();
  const places = [
    ...(before === "" ? [] : [`${quote(before, 60)} before it`]),
    ...(after === "" ? [] : [`${quote(after, 60)} after it`]),
  ];
  return `there is text around the JSON (${places.join(" and ")}); the bare JSON is wanted`;
}

/** Common mistakes of models, found by fixing them one at a time. */
function describeCause(text: string): string {
  const mends: readonly { readonly cause: string; readonly mend: (text: string) => string }[] = [
    {
      cause: "Python's True, False or None instead of true, false or null",
      mend: (it) =>
        it.replace(/\b(?:True|False)\b/g, (word) => word.toLowerCase()).replace(/\bNone\b/g, "null"),
    },
    { cause: "single quotes instead of double quotes", mend: (it) => it.replaceAll("'", '"') },
    { cause: "a comma before a closing bracket", mend: (it) => it.replace(/,(\s*[}\]])/g, "$1") },
  ];
  const needed = mends.filter(({ mend }) => mend(text) !== text);
  const mended = needed.reduce((it, { mend }) => mend(it), text);
  if (needed.length > 0 && parsedJson(mended) !== undefined) {
    return ` (${needed.map(({ cause }) => cause).join(", ")})`;
  }
  return /[}\]]$/.test(text) ? "" : " (it breaks off before its closing bracket)";
}

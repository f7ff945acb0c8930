import { isJsonObject, type JsonObject, type JsonValue } from "../../../core/data/json.ts";
import type { TextRules } from "../span.ts";

type Holder = Record<string, JsonValue>;
interface Piece {
  readonly holder: Holder;
  readonly key: string;
  readonly text: string;
}

type Finds = ReturnType<TextRules["find"]>;

const deepest = 8;

/**
 * Redacts texts that are split into pieces: tokens of log-probabilities, chunks of a stream, parts of a
 * message. Neither piece contains an address that is split in two, so the pieces of one text are searched
 * together. Returns changed copies, or the items if nothing was found.
 */
export function redactSplitTexts(items: readonly JsonValue[], rules: TextRules): readonly JsonValue[] {
  const groups = piecesOf(items);
  const found = new Map<string, Finds>();
  for (const [path, pieces] of groups) {
    const finds = pieces.length < 2 ? [] : rules.find(pieces.map(({ text }) => text).join(""));
    if (finds.length > 0) found.set(path, finds);
  }
  if (found.size === 0) return items;
  const copies = structuredClone(items);
  for (const [path, pieces] of piecesOf(copies)) redactTogether(pieces, found.get(path) ?? []);
  return copies;
}

function piecesOf(items: readonly JsonValue[]): ReadonlyMap<string, readonly Piece[]> {
  const groups = new Map<string, Piece[]>();
  if (items.length > 1)
    for (const item of items) if (isJsonObject(item)) collect(item as Holder, "", 0, groups);
  return groups;
}

function collect(holder: Holder, path: string, depth: number, groups: Map<string, Piece[]>): void {
  if (depth > deepest) return;
  for (const [key, value] of Object.entries(holder)) {
    const here = `${path}.${key}`;
    if (typeof value === "string") {
      if (isPiece(holder, key, path)) put(groups, here, { holder, key, text: value });
    } else if (Array.isArray(value)) {
      // Nested lists are handled when the traversal reaches them, except for choices and calls.
      for (const [at, inner] of value.entries())
        if (isJsonObject(inner))
          collect(inner as Holder, `${here}.${String(inner["index"] ?? at)}`, depth + 1, groups);
    } else if (isJsonObject(value)) collect(value as Holder, here, depth + 1, groups);
  }
}

function isPiece(holder: JsonObject, key: string, path: string): boolean {
  if (key === "token") return "logprob" in holder && !path.includes("logprobs");
  if (key === "delta" || key === "partial_json") return true;
  if (key === "text")
    return typeof holder["type"] === "string" || path.includes(".choices.") || path.includes("delta");
  return (
    path.includes("delta") &&
    (key === "content" || key === "arguments" || key.startsWith("reasoning") || key === "refusal")
  );
}

function put(groups: Map<string, Piece[]>, path: string, piece: Piece): void {
  const group = groups.get(path);
  if (group === undefined) groups.set(path, [piece]);
  else group.push(piece);
}

function redactTogether(pieces: readonly Piece[], spans: Finds): void {
  let start = 0;
  let next = 0;
  for (const { holder, key, text } of pieces) {
    const end = start + text.length;
    let redacted = "";
    let read = start;
    while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next++;
    for (let at = next; at < spans.length; at++) {
      const span = spans[at];
      if (span === undefined || span.start >= end) break;
      redacted += text.slice(read - start, Math.max(0, span.start - start));
      if (span.start >= start) redacted += span.placeholder;
      read = Math.min(end, span.end);
    }
    redacted += text.slice(read - start);
    if (redacted !== text) change(holder, key, redacted);
    start = end;
  }
}

/** Also clears the other members that reveal the token. */
function change(holder: Holder, key: string, redacted: string): void {
  holder[key] = redacted;
  if (key !== "token") return;
  if ("bytes" in holder) holder["bytes"] = null;
  if ("top_logprobs" in holder) holder["top_logprobs"] = [];
}

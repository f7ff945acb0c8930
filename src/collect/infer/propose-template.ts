import { canonicalJson } from "../../core/data/digest.ts";
import type { ChatMessage } from "../../core/prompt/message.ts";
import type { Template, TemplateMessage } from "../../core/prompt/prompt.ts";
import { variablesIn } from "../../core/template/template-variables.ts";
import { plainContent } from "../unrender/align-messages.ts";
import { countLetters } from "../unrender/literal-cover.ts";
import type { SkeletonPiece } from "./align-texts.ts";
import type { CallShape } from "./call-shape.ts";
import type { CallCluster } from "./cluster-calls.ts";
import { nameVariables } from "./name-variables.ts";
import type { TokenTable, Window } from "./token-table.ts";

/**
 * Minimum number of letters and digits in a template; more are required if no message starts or ends with
 * them.
 */
const leastLetters = 4;
const leastLooseLetters = 12;
const shownValues = 50;

/**
 * The template that a cluster's calls probably share. Undefined if they share almost no words, if nothing
 * differs, or if their words contain template syntax (`{{name}}`).
 */
export function proposeTemplate(cluster: CallCluster, table: TokenTable): Template | undefined {
  const messages = cluster.messages.map((pieces) => tidyBoundaries(pieces, table));
  const words = messages.flat().map((piece) => literalText(piece, table));
  const hasSlot = messages.flat().some(({ kind }) => kind === "slot");
  const history = historyOf(cluster.calls);
  const letters = countLetters(words.join(""));
  const atEdge = messages.flatMap((pieces) => [pieces[0], pieces.at(-1)]);
  const isFramed = atEdge.some((piece) => piece !== undefined && countLetters(literalText(piece, table)) > 0);
  if (letters < leastLetters || (!isFramed && letters < leastLooseLetters)) return undefined;
  if (!hasSlot && history !== "variable") return undefined;
  if (words.some((text) => variablesIn(text).length > 0)) return undefined;
  const own = named(messages, cluster, table);
  const [only] = own;
  if (own.length === 1 && only?.role === "user" && history === "none") return only.content;
  const isAsked = cluster.calls[0]?.roles.at(-1) === "user";
  const lead = isAsked ? own.slice(0, -1) : own;
  return [...lead, ...historyMessages(history, cluster.calls), ...(isAsked ? own.slice(-1) : [])];
}

/** Messages with variables in place of slots. Slots with equal texts in every call share a variable. */
function named(
  messages: readonly (readonly SkeletonPiece[])[],
  { calls }: CallCluster,
  table: TokenTable,
): readonly TemplateMessage[] {
  const texts = messages.map((pieces) => pieces.map((piece) => literalText(piece, table)));
  const places = messages.flatMap((pieces, message) =>
    pieces.flatMap((piece, at) =>
      piece.kind === "slot" ? [{ piece, message, at, key: placeKey(piece.windows) }] : [],
    ),
  );
  const distinct = [...new Map(places.map((place) => [place.key, place])).values()];
  const names = nameVariables(
    distinct.map(({ piece, message, at }) => ({
      before: texts[message]?.[at - 1] ?? "",
      after: texts[message]?.[at + 1] ?? "",
      values: piece.windows.slice(0, shownValues).map((window) => windowText(window, table)),
      isMessage: texts[message]?.length === 1,
    })),
  );
  const nameOf = new Map(distinct.map(({ key }, index) => [key, names[index] ?? ""]));
  return messages.map((pieces, message) => ({
    role: calls[0]?.roles[message] ?? "user",
    content: pieces
      .map((piece, at) =>
        piece.kind === "slot" ? `{{${nameOf.get(placeKey(piece.windows))}}}` : (texts[message]?.[at] ?? ""),
      )
      .join(""),
  }));
}

type History = "none" | "fixed" | "variable";

function historyOf(calls: readonly CallShape[]): History {
  if (calls.every(({ history }) => history.length === 0)) return "none";
  const kinds = new Set(calls.map(({ history }) => canonicalJson(history)));
  const isText = (calls[0]?.history ?? []).every((message) => plainContent(message) !== undefined);
  return kinds.size === 1 && isText ? "fixed" : "variable";
}

/** An identical conversation in every call is part of the template (few-shot examples). */
function historyMessages(history: History, calls: readonly CallShape[]): readonly TemplateMessage[] {
  if (history === "none") return [];
  if (history === "variable") return [{ role: "chat_history", content: "{{chat_history}}" }];
  return (calls[0]?.history ?? []).map((message: ChatMessage) => ({
    role: message.role,
    content: plainContent(message) ?? "",
  }));
}

function literalText(piece: SkeletonPiece, table: TokenTable): string {
  return piece.kind === "literal" ? piece.tokens.map(table.textOf).join("") : "";
}

function windowText({ tokens, start, end }: Window, table: TokenTable): string {
  return tokens.slice(start, end).map(table.textOf).join("");
}

/** Equal for two slots that have equal texts in every call. */
function placeKey(windows: readonly Window[]): string {
  const texts = windows.map(({ tokens, start, end }) => tokens.slice(start, end).join(","));
  return new Set(texts).size < 2 ? `only ${texts[0]} of ${windows[0]?.start}` : texts.join(";");
}

/** Signs within a word-like token sequence: an address, a number, a date, a path. */
const joiner = /^[/.\-_@+&%\\:]$/;
const wordLike = /^[\p{L}\p{N}_]+$/u;

/**
 * Moves boundaries out of word-like sequences: if all values start with `https://shop.example/`, the whole
 * address becomes the variable. Adjacent slots are merged.
 */
function tidyBoundaries(pieces: readonly SkeletonPiece[], table: TokenTable): readonly SkeletonPiece[] {
  const tidy: SkeletonPiece[] = [];
  pieces.forEach((piece, index) => {
    if (piece.kind === "slot") {
      // Only the positions of slots matter from here on; un-rendering recovers their texts.
      if (tidy.at(-1)?.kind !== "slot") tidy.push(piece);
      return;
    }
    const start = pieces[index - 1]?.kind === "slot" ? startOf(piece.tokens, table) : 0;
    const end = pieces[index + 1]?.kind === "slot" ? endOf(piece.tokens, table) : piece.tokens.length;
    const isJoint = end - start === 1 && index > 0 && joiner.test(table.textOf(piece.tokens[start] ?? -1));
    if (start < end && !(isJoint && pieces[index + 1]?.kind === "slot"))
      tidy.push({ kind: "literal", tokens: piece.tokens.slice(start, end) });
  });
  return tidy;
}

/** The first token that can follow a variable. */
function startOf(tokens: readonly number[], table: TokenTable): number {
  let at = 0;
  const text = (index: number) => table.textOf(tokens[index] ?? -1);
  // A period or colon before a blank ends a sentence and belongs to the template.
  while (at < tokens.length && joiner.test(text(at)) && wordLike.test(text(at + 1))) {
    at++;
    while (at < tokens.length && wordLike.test(text(at))) at++;
  }
  return at;
}

/** The end of the last token that a variable can follow. */
function endOf(tokens: readonly number[], table: TokenTable): number {
  let end = tokens.length;
  const text = (index: number) => table.textOf(tokens[index] ?? -1);
  while (end > 0 && isJoining(text(end - 1), text(end - 2))) {
    end--;
    while (end > 0 && (wordLike.test(text(end - 1)) || joiner.test(text(end - 1)))) end--;
  }
  return end;
}

/** `Text:` and a dash at the start of a line are not part of a word. */
function isJoining(last: string, before: string): boolean {
  return joiner.test(last) && last !== ":" && (wordLike.test(before) || joiner.test(before));
}

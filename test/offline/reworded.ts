import type { ChatMessage } from "../../src/core/prompt/message.ts";

const vocabulary = [
  "velum",
  "orbis",
  "quarto",
  "nimbus",
  "calx",
  "pergo",
  "stella",
  "fornax",
  "lumen",
  "aether",
];
const fence = /^\s*(`{3,})[^`]*$/;
const dataTag = /^<(\/?)([a-z]+-[0-9a-f]{12}|[a-z]+ name="[^"]+"|instruction)>$/;
const kept = /(<\/?[a-z]+-[0-9a-f]{12}>|\{\{[^{}]*\}\})|\p{L}[\p{L}'’]*/gu;

/**
 * The message with all text outside fences, data tags and JSON forms replaced, and headings as plain lines: only
 * the structure, data and numbers of an engine's or a judge's request remain.
 */
export function reworded(message: ChatMessage): ChatMessage {
  if (message.role === "assistant" || typeof message.content !== "string") return message;
  let open: string | undefined;
  let isInTag = false;
  const lines = message.content.split("\n").map((line) => {
    const mark = fence.exec(line)?.[1];
    const tag = dataTag.exec(line);
    if (tag !== null && open === undefined) isInTag = tag[1] === "";
    else if (mark !== undefined && !isInTag) {
      if (open === undefined) open = mark;
      else if (line.trim() === open) open = undefined;
      return line;
    }
    return open !== undefined || isInTag || tag !== null || line.startsWith('{"') ? line : rewordLine(line);
  });
  return { ...message, content: lines.join("\n") };
}

function wordFor(label: string): string {
  const sum = [...label].reduce((total, one) => total + one.charCodeAt(0), 0);
  return vocabulary[sum % vocabulary.length] ?? "";
}

/** A label of a row is a word; its value is data. */
const labelled = /^([A-Z][a-z]+): (?=.)/;

function rewordLine(line: string): string {
  const label = labelled.exec(line);
  if (label !== null) return `${wordFor(label[1] ?? "")}: ${line.slice(label[0].length)}`;
  let at = line.length;
  return line
    .replace(/^#+ /, "")
    .replace(kept, (_, token?: string) => token ?? vocabulary[at++ % vocabulary.length] ?? "");
}

/** The lines of a request that `reworded` changes. */
export function wordsOutside(messages: readonly ChatMessage[]): readonly string[] {
  const lines = (one: ChatMessage) => (typeof one.content === "string" ? one.content.split("\n") : []);
  return messages.flatMap((message) => {
    const after = lines(reworded(message));
    return lines(message).filter((line, at) => line !== after[at]);
  });
}

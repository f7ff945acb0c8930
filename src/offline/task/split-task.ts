import { messageText } from "../../core/prompt/message.ts";
import type { OfflineRequest } from "../request.ts";

/** A task request split into its parts. */
interface Task {
  /** Everything that instructs. */
  readonly instruction: string;
  /** The data to work on. */
  readonly data: string;
}

const cueNames =
  "text|input|review|tweet|post|message|query|question|e-?mail|data|content|sentence|comment|document|ticket|utterance|request|passage|snippet|customer(?: \\w+)?|user(?: \\w+)?|item";
const cueLine = new RegExp(`^[ \\t#*]*(?:the )?(?:${cueNames})s?[ \\t]*\\*{0,2}[ \\t]*:[ \\t*]*`, "gim");
const answerCue =
  /^[ \t#*]*(?:the )?(?:sentiment|answer|label|output|category|intent|class|response|result|json|classification)[ \t*]*:?[ \t*]*$/i;
const dataTag =
  /<((?:text|input|review|tweet|post|message|query|question|e-?mail|data|content|sentence|comment|document|ticket|request|user_\w+)s?)>\n?([\s\S]*?)\n?<\/\1>/gi;
const fenced = /^(`{3,}|~{3,}|""")[\w-]*\n([\s\S]*?)\n\1[ \t]*$/gm;
const asks =
  /\b(classify|answer|extract|label|return|reply|respond|determine|decide|identify|analy[sz]e|read)\b/i;

/**
 * Separates the prompt from the row. With a system message, the row is the last user message without its
 * template; with a single message, the row is in a tag or fence, after the last `Text:`-like cue, or in the last
 * paragraph.
 */
export function splitTask(request: OfflineRequest): Task {
  const texts = request.messages.map((message) => ({ role: message.role, text: messageText(message) }));
  const last = texts.findLastIndex(({ role }) => role === "user");
  const at = last < 0 ? texts.length - 1 : last;
  const before = texts.filter((_, index) => index !== at).map(({ role, text }) => turnText(role, text));
  const hasSystem = texts.some(({ role }, index) => index !== at && /^(system|developer)$/.test(role));
  const split = splitMessage(texts[at]?.text ?? "", hasSystem);
  return { instruction: [...before, split.instruction].filter(Boolean).join("\n"), data: split.data };
}

/** Earlier turns are worked examples, marked to show which text is whose. */
function turnText(role: string, text: string): string {
  if (role === "user") return `Example input: ${text}`;
  return role === "assistant" ? `Example answer: ${text}` : text;
}

function splitMessage(text: string, hasSystem: boolean): Task {
  const cut = cutAtTag(text) ?? cutAtFence(text) ?? cutAtCue(text);
  if (cut !== undefined && (!hasSystem || cut.instruction === "" || asks.test(cut.instruction.slice(0, 300))))
    return cut;
  if (hasSystem) return { instruction: "", data: text.trim() };
  return cut ?? cutAtParagraph(text);
}

function cutAtTag(text: string): Task | undefined {
  const found = [...text.matchAll(dataTag)].at(-1);
  return found === undefined ? undefined : without(text, found.index, found[0].length, found[2] ?? "");
}

function cutAtFence(text: string): Task | undefined {
  const found = [...text.matchAll(fenced)].at(-1);
  return found === undefined ? undefined : without(text, found.index, found[0].length, found[2] ?? "");
}

function cutAtCue(text: string): Task | undefined {
  const cue = [...text.matchAll(cueLine)].at(-1);
  if (cue === undefined) return undefined;
  const start = cue.index + cue[0].length;
  const lines = text.slice(start).split("\n");
  const end = endOfData(lines);
  return without(
    text,
    cue.index,
    cue[0].length + lines.slice(0, end).join("\n").length,
    lines.slice(0, end).join("\n"),
  );
}

/** Index of the first line after the row: an answer cue, or prompt text after a blank line. */
function endOfData(lines: readonly string[]): number {
  const end = lines.findIndex(
    (line, index) => index > 0 && (answerCue.test(line) || isOrder(line, lines[index - 1])),
  );
  return end < 0 ? lines.length : end;
}

const order =
  /^[ \t]*(?:[-*•#\d.)]*[ \t]*)(?:answer|reply|respond|return|output|remember|rules?\b|format|classify|only (?:answer|output|reply)|do not|never|if the (?:text|post|review)|label|note|use)\b.*(?:\b(?:label|word|json|answer|reply|neutral|positive|negative|only|categor|lower|exactly|rules?)\b|:$)/i;

function isOrder(line: string, before: string | undefined): boolean {
  return (
    order.test(line) &&
    (before === undefined || before.trim() === "" || /\b(only|exactly|label)\b/i.test(line))
  );
}

function cutAtParagraph(text: string): Task {
  const paragraphs = text.trim().split(/\n\s*\n/);
  if (paragraphs.length > 1) {
    return { instruction: paragraphs.slice(0, -1).join("\n\n"), data: (paragraphs.at(-1) ?? "").trim() };
  }
  const lines = text.trim().split("\n");
  if (lines.length > 1)
    return { instruction: lines.slice(0, -1).join("\n"), data: (lines.at(-1) ?? "").trim() };
  const colon = /^(.{8,300}?):\s+(\S.*)$/.exec(text.trim());
  if (colon !== null && asks.test(colon[1] ?? ""))
    return { instruction: colon[1] ?? "", data: colon[2] ?? "" };
  return { instruction: text.trim(), data: text.trim() };
}

function without(text: string, at: number, length: number, data: string): Task {
  return { instruction: `${text.slice(0, at)}\n${text.slice(at + length)}`.trim(), data: data.trim() };
}

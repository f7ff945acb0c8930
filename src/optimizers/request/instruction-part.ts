import type { PromptContractText } from "../../contracts/optimizer.ts";

/**
 * The part of a text that a rewrite may change, and the lines around it that stay: variables on lines of their
 * own, their labels, tags and fences, and locked passages.
 */
export interface InstructionPart {
  readonly instruction: string;
  /** What stays before it, with its line breaks. */
  readonly before: string;
  /** What stays after it, with its line breaks. */
  readonly after: string;
}

/**
 * Splits a text into one instruction and the lines that stay. Undefined if that is impossible: a variable inside
 * a sentence, instructions on both sides of a variable, template logic, or no instruction at all.
 */
export function splitInstruction(
  text: string,
  contract: PromptContractText,
  name: string,
): InstructionPart | undefined {
  if (/\{[%#]/.test(text)) return undefined;
  const lines = text.split("\n");
  const fixed = fixedLines(lines, text, contract.variables[name] ?? [], contract.locked);
  if (fixed === undefined) return undefined;
  const own = lines.flatMap((line, at) => (line.trim() === "" || fixed.has(at) ? [] : [at]));
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if ([...fixed].some((at) => at > first && at < last)) return undefined;
  const instruction = lines.slice(first, last + 1).join("\n");
  const before = lines.slice(0, first).map((line) => `${line}\n`);
  const after = lines.slice(last + 1).map((line) => `\n${line}`);
  return { instruction, before: before.join(""), after: after.join("") };
}

/** The text with a new instruction. Lines that stay and were repeated at its edges are not doubled. */
export function joinInstruction({ before, after }: InstructionPart, instruction: string): string {
  const kept = new Set(linesOf(before + after));
  const lines = instruction.split("\n");
  const isRepeated = (line: string) => line.trim() === "" || kept.has(line.trim());
  const start = lines.findIndex((line) => !isRepeated(line));
  const end = lines.findLastIndex((line) => !isRepeated(line));
  return `${before}${lines.slice(Math.max(0, start), end + 1).join("\n")}${after}`;
}

function linesOf(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Indexes of the lines that stay; undefined if one of them holds a part of the instruction too. */
function fixedLines(
  lines: readonly string[],
  text: string,
  variables: readonly string[],
  locked: readonly string[],
): ReadonlySet<number> | undefined {
  const fixed = new Set<number>();
  for (const span of locked) {
    const covered = linesCovered(lines, text, span);
    if (covered === undefined) return undefined;
    for (const at of covered) fixed.add(at);
  }
  for (const [at, line] of lines.entries()) {
    if (!/\{\{/.test(line) && !variables.some((variable) => line.includes(`{${variable}}`))) continue;
    if (!isLineOfVariable(line, variables) && !fixed.has(at)) return undefined;
    fixed.add(at);
  }
  for (const at of [...fixed]) {
    for (let above = at - 1; above >= 0 && isFrame(lines[above] ?? ""); above--) fixed.add(above);
    for (let below = at + 1; below < lines.length && isFrame(lines[below] ?? ""); below++) fixed.add(below);
  }
  addClosingCue(lines, fixed);
  return fixed;
}

/** Lines that a span covers from edge to edge, at every place; undefined if it shares a line with other text. */
function linesCovered(lines: readonly string[], text: string, span: string): readonly number[] | undefined {
  const covered: number[] = [];
  for (let from = text.indexOf(span); span !== "" && from !== -1; from = text.indexOf(span, from + 1)) {
    const end = from + span.length;
    const startsLine = /(^|\n)[ \t]*$/.test(text.slice(0, from));
    if (!startsLine || !/^[ \t]*(\r?\n|$)/.test(text.slice(end))) return undefined;
    const first = text.slice(0, from).split("\n").length - 1;
    const count = span.replace(/\n$/, "").split("\n").length;
    for (let at = first; at < Math.min(lines.length, first + count); at++) covered.push(at);
  }
  return covered;
}

const label = /^[^\p{L}\p{N}]*(?:[\p{L}\p{N}][^.!?:=]{0,30}[:=])?[^\p{L}\p{N}]*$/u;

/** Nothing but variables, a short label, tags and marks. */
function isLineOfVariable(line: string, variables: readonly string[]): boolean {
  const rest = variables.reduce(
    (text, variable) => text.replaceAll(`{${variable}}`, "{}"),
    line.replaceAll(/\{\{-?[^{}]*\}\}/g, "").replaceAll(/<\/?[\w-]+>/g, ""),
  );
  return label.test(rest);
}

/** A label, tag, fence or rule next to a variable. */
function isFrame(line: string): boolean {
  const text = line.trim();
  return (
    /^(<\/?[\w-]+>|`{3,}\w*|~{3,}\w*|"""|-{3,}|#{1,4} [\p{L}\p{N} ]{1,30}:?)$/u.test(text) || isCue(text)
  );
}

function isCue(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N} '’/-]{0,30}:$/u.test(text);
}

/** `Answer:` at the end, after the variables and a blank line. */
function addClosingCue(lines: readonly string[], fixed: Set<number>): void {
  const last = lines.findLastIndex((line) => line.trim() !== "");
  if (last === -1 || !isCue((lines[last] ?? "").trim())) return;
  const before = lines.slice(0, last).findLastIndex((line) => line.trim() !== "");
  if (fixed.has(before)) fixed.add(last);
}

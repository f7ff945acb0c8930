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
  // Template logic, or a variable that spans lines.
  if (/\{[%#]|\{\{[^{}]*\n/.test(text)) return undefined;
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

/**
 * The text with a new instruction. Lines of variables, and other lines that stay, are not doubled if the
 * instruction repeats them at its edges. A fence stays: it may close a block of the instruction.
 */
export function joinInstruction({ before, after }: InstructionPart, instruction: string): string {
  const kept = new Set(linesOf(before + after).filter((line) => !/^[`~]{3,}/.test(line)));
  const lines = instruction.split("\n");
  const isRepeated = (line: string) =>
    line.trim() === "" || kept.has(line.trim()) || (/\{\{/.test(line) && isLineOfVariable(line, []));
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
  for (const at of [...fixed]) addFrame(lines, fixed, at);
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

/**
 * Adds what stands around a fixed line: labels and rules next to it, and tags, fences or quotes on both sides. One
 * on one side only belongs to the instruction: it closes an example there.
 */
function addFrame(lines: readonly string[], fixed: Set<number>, at: number): void {
  const next = (from: number, step: number): number => {
    let found = from + step;
    for (; fixed.has(found) || isFrame(lines[found] ?? ""); found += step) fixed.add(found);
    while (fixed.has(found) || lines[found]?.trim() === "") found += step;
    return found;
  };
  let [above, below] = [next(at, -1), next(at, 1)];
  while (isEnclosing(lines[above]) && isEnclosing(lines[below])) {
    fixed.add(above).add(below);
    [above, below] = [next(above, -1), next(below, 1)];
  }
}

/** A label or rule next to a variable. */
function isFrame(line: string): boolean {
  const text = line.trim();
  return /^(-{3,}|#{1,4} [\p{L}\p{N} ]{1,30}:?)$/u.test(text) || isCue(text);
}

/** A tag, fence or quote, which encloses a variable even with blank lines between them. */
function isEnclosing(line = ""): boolean {
  return /^(<\/?[\w-]+>|`{3,}\w*|~{3,}\w*|""")$/.test(line.trim());
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

import { canonicalJson } from "../../core/data/digest.ts";
import { normalizedWords } from "../stems.ts";
import { readInstruction } from "../task/read-instruction.ts";
import { addLessonLine, variable } from "./add-line.ts";
import { hint } from "./lesson.ts";

/** The first version with every statement of the others that says something new; filler is left out. */
export function mergeTexts(versions: readonly string[]): string {
  const [first = "", ...others] = versions;
  return others.reduce(mergeTwo, first);
}

function mergeTwo(base: string, other: string): string {
  let merged = base;
  for (const line of other.split("\n")) {
    const words = normalizedWords(line);
    if (words === "" || variable.test(line) || normalizedWords(merged).includes(words)) continue;
    const told = /^(- [^:]+:)\s*(.+)$/.exec(line.trim());
    const next = addLessonLine(
      merged,
      told === null ? { text: line } : hint(told[1] ?? "", (told[2] ?? "").split(/,\s*/)),
    );
    if (statementsIn(next) !== statementsIn(merged)) merged = next;
  }
  return merged;
}

function statementsIn(text: string): string {
  const { text: _, definitions, ...rest } = readInstruction(text);
  return canonicalJson([rest, [...definitions]]);
}

import { plainWords } from "../stems.ts";
import { addLesson, addLine } from "./write-instruction.ts";

/** The first version with every statement of the others that it lacks. */
export function mergeTexts(versions: readonly string[]): string {
  const [first = "", ...others] = versions;
  return others.reduce(mergeTwo, first);
}

function mergeTwo(base: string, other: string): string {
  let merged = base;
  for (const line of other.split("\n")) {
    const words = plainWords(line);
    if (words === "" || /\{\{.*\}\}/.test(line) || plainWords(merged).includes(words)) continue;
    const hint = /^(- [^:]+:)\s*(.+)$/.exec(line.trim());
    merged =
      hint === null
        ? addLine(merged, line)
        : addLesson(merged, {
            weight: 1,
            line: line.trim(),
            about: { start: hint[1] ?? "", words: (hint[2] ?? "").split(/,\s*/) },
          });
  }
  return merged;
}

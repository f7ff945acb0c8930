type DecimalMark = "." | ",";

const sign = "(?:(?<![\\p{L}\\p{N}_])[-+−])?";
const exponent = "(?:[eE][-+]?\\d{1,3}(?![\\p{L}\\d]))?";

function numberSource(mark: DecimalMark, groupMarks: string): string {
  const point = mark === "." ? "\\." : ",";
  const grouped = `\\d{1,3}(?:[${groupMarks}]\\d{3})+(?!\\d)`;
  return `${sign}(?<![\\p{L}\\p{N}_]|\\d(?:${point}|['’]))(?:(?:${grouped}|\\d+)(?:${point}\\d+)?|${point}\\d+)${exponent}`;
}

const groupMarks: Readonly<Record<DecimalMark, string>> = {
  ".": ",'’\\u00a0\\u2009\\u202f",
  ",": ".'’\\u00a0\\u2009\\u202f",
};
const anywhere = {
  ".": new RegExp(numberSource(".", groupMarks["."]), "gu"),
  ",": new RegExp(numberSource(",", groupMarks[","]), "gu"),
};
/** Alone in a text, a plain blank may part thousands too; within a sentence it parts two numbers. */
const alone = {
  ".": new RegExp(`^${numberSource(".", `${groupMarks["."]} `)}$`, "u"),
  ",": new RegExp(`^${numberSource(",", `${groupMarks[","]} `)}$`, "u"),
};

export interface FoundNumber {
  readonly value: number;
  readonly isPercent: boolean;
}

/**
 * The numbers written in a text, in order: `1,234.50`, `1 234`, `-5`, `−5`, `.5`, `1e-3`, `$12`, `5kg`.
 * Digits within a word (`GPT4`) and numbers too large for a double are left out.
 */
export function findNumbers(text: string, mark: DecimalMark = "."): FoundNumber[] {
  const trimmed = text.trim();
  if (alone[mark].test(trimmed)) return readNumber(trimmed, mark, false);
  return [...text.matchAll(anywhere[mark])].flatMap((match) =>
    readNumber(
      match[0],
      mark,
      /^\s?%/u.test(text.slice(match.index + match[0].length, match.index + match[0].length + 2)),
    ),
  );
}

function readNumber(written: string, mark: DecimalMark, isPercent: boolean): FoundNumber[] {
  const digits = written.replace("−", "-").replace(/[^\d.,eE+-]/gu, "");
  const plain = mark === "." ? digits.replaceAll(",", "") : digits.replaceAll(".", "").replace(",", ".");
  const value = Number(plain);
  return Number.isFinite(value) ? [{ value, isPercent }] : [];
}

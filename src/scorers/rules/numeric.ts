import { z } from "zod";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer, unusableRow } from "../expected-answer.ts";
import { quote } from "../text/quote.ts";
import { ruleScorer } from "./rule-scorer.ts";

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
/** Alone in a text, a plain space may separate thousands; within a sentence it separates two numbers. */
const alone = {
  ".": new RegExp(`^${numberSource(".", `${groupMarks["."]} `)}$`, "u"),
  ",": new RegExp(`^${numberSource(",", `${groupMarks[","]} `)}$`, "u"),
};

export interface FoundNumber {
  readonly value: number;
  readonly isPercent: boolean;
}

/**
 * The numbers written in a text, in order: `1,234.50`, `1 234`, `-5`, `−5`, `.5`, `1e-3`, `$12`, `5kg`. Skips
 * digits within a word (`GPT4`) and numbers too large for a double.
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

/** 1 if the number in the answer equals the expected one, within a tolerance. */
export const numeric = defineScorer({
  name: "numeric",
  summary: "the number in the answer matches the expected one, within a tolerance",
  options: z.strictObject({
    tolerance: z.number().nonnegative().default(0).describe("Largest allowed difference, absolute."),
    relative_tolerance: z
      .number()
      .nonnegative()
      .default(0)
      .describe("Largest allowed difference as a share of the expected number (0.01 is 1 %)."),
    take: z
      .enum(["first", "last", "only"])
      .default("last")
      .describe("Which number in the answer counts; `only`: the answer must contain exactly one."),
    decimal_mark: z
      .enum([".", ","])
      .default(".")
      .describe("Decimal separator; the other one separates thousands."),
    percent_as_fraction: z.boolean().default(false).describe("50% counts as 0.5."),
  }),
  create(options) {
    const asMeant = ({ value, isPercent }: FoundNumber) =>
      isPercent && options.percent_as_fraction ? value / 100 : value;
    const read = (text: string) => findNumbers(text, options.decimal_mark).map(asMeant);
    return ruleScorer(({ example, output }) => {
      const text = expectedAnswer(example, "numeric");
      const expected = pick(read(text), options.take);
      if (expected === undefined) {
        const lack = `no number in its expected answer ${quote(text)}`;
        throw unusableRow(example, "numeric", lack, "give the row one number as its expected answer");
      }
      const numbers = read(output);
      if (options.take === "only" && numbers.length > 1) {
        const named = numbers.slice(0, 5).join(", ");
        return {
          value: 0,
          feedback: `expected ${expected} alone, got several numbers (${named}): ${quote(output)}`,
        };
      }
      const got = pick(numbers, options.take);
      if (got === undefined) {
        return { value: 0, feedback: `expected the number ${expected}, got no number: ${quote(output)}` };
      }
      const allowed = Math.max(options.tolerance, options.relative_tolerance * Math.abs(expected));
      const off = Math.abs(got - expected);
      if (got === expected || off <= allowed + roundingSlack(got, expected)) return { value: 1 };
      const bound = allowed === 0 ? "" : `, more than the ${short(allowed)} allowed`;
      return {
        value: 0,
        feedback: `expected ${expected}, got ${got}: off by ${short(off)}${bound}; answer ${quote(output)}`,
      };
    });
  },
});

function pick(numbers: readonly number[], take: "first" | "last" | "only"): number | undefined {
  return take === "last" ? numbers.at(-1) : numbers[0];
}

/** 1.1 − 1.0 is slightly above 0.1 in doubles, and a tolerance of 0.1 should include it. */
function roundingSlack(one: number, other: number): number {
  return 4 * Number.EPSILON * Math.max(Math.abs(one), Math.abs(other));
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}

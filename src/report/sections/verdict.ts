import type { OptimizationRecord, TestScores } from "../../contracts/run-record.ts";
import { count } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { clipText } from "../rows/clip-text.ts";

/** What an optimization found, as a sentence with its sign. */
export interface Verdict {
  readonly sign: "✓" | "–" | "▼" | "✕";
  readonly tone: "good" | "bad" | "muted";
  readonly sentence: string;
  /** For tables. */
  readonly word: string;
}

const longestMessage = 200;

export function verdictOf(record: OptimizationRecord): Verdict {
  const { scores, plan, error, reason } = record;
  const measured = scores.test === undefined ? "" : gainOnRows(scores.test);
  switch (record.status) {
    case "improved":
      return { sign: "✓", tone: "good", word: "Improved", sentence: `${improvedWords(record)}: ${measured}` };
    case "no_proven_improvement":
      return {
        sign: "–",
        tone: "muted",
        word: "No proven improvement",
        sentence: `No proven improvement${measured === "" ? "" : `: ${measured}`}`,
      };
    case "regressed":
      return {
        sign: "▼",
        tone: "bad",
        word: "Regressed",
        sentence: `${baseWords(record)} stays: the best candidate is worse, ${measured}`,
      };
    case "failed":
      return {
        sign: "✕",
        tone: "bad",
        word: "Failed",
        sentence: `Failed: ${clipText(error?.message ?? reason ?? "no reason was recorded", longestMessage)}`,
      };
    default:
      return {
        sign: "–",
        tone: "muted",
        word: "Skipped",
        sentence: `Skipped: ${clipText(reason ?? `${plan.name} was not begun`, longestMessage)}`,
      };
  }
}

/** `+0.42 [0.28, 0.54] on 90 held-out rows`. */
function gainOnRows({ difference, interval, rows }: TestScores): string {
  return `${shortGain(difference)} ${shortInterval(interval)} on ${count(rows)} held-out rows`;
}

function shortGain(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

function shortInterval([low, high]: readonly [number, number]): string {
  return `[${shortNumber(low)}, ${shortNumber(high)}]`;
}

function shortNumber(value: number): string {
  return value < 0 ? `−${Math.abs(value).toFixed(2)}` : value.toFixed(2);
}

function improvedWords({ prompts, plan, scores }: OptimizationRecord): string {
  const versions = prompts.flatMap(({ optimized }) => optimized?.version ?? []);
  const isOne = prompts.length === 1;
  const name = isOne
    ? versions[0] === undefined
      ? "The new prompt"
      : `Version ${versions[0]}`
    : "The new prompts";
  const verb = isOne ? "is" : "are";
  const isOnlyEqual = plan.gate.mode === "non_inferior" && (scores.test?.interval[0] ?? 0) <= 0;
  return isOnlyEqual
    ? `${name} ${verb} not worse by more than ${plan.gate.margin}`
    : `${name} ${verb} better`;
}

function baseWords({ prompts }: OptimizationRecord): string {
  const [first] = prompts;
  if (prompts.length !== 1) return "The base";
  return typeof first?.base.version === "number" ? `Version ${first.base.version}` : "The base";
}

/** Sign and sentence; the sign repeats what the words say. */
export function verdictHeading({ sign, tone, sentence }: Verdict): Html {
  return html`<span class="${tone}" aria-hidden="true">${sign} </span>${sentence}`;
}

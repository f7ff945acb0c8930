import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SuiteRow } from "./draw-rows.ts";
import { exactScore, jsonScore, type ScoreAnswer } from "./score-answer.ts";
import { banking77Rows, facilityRows, sentimentRows } from "./suite-rows.ts";

/** The state a search starts from: a good prompt, one that says little, one that asks for something else. */
export const seedPromptKinds = ["explicit", "vague", "defective"] as const;
export type SeedPromptKind = (typeof seedPromptKinds)[number];

/** A task with real rows. */
export interface Suite {
  readonly name: string;
  /** The lines of the prompt that hold the variable; they follow the instruction. */
  readonly inputLines: string;
  readonly maxAnswerTokens: number;
  /** Scorer of the config, and the same in Python (`peer_gepa.py`). */
  readonly scorer: "exact_match" | "json_fields";
  readonly score: ScoreAnswer;
  /** Whether the parts are balanced by expected answer. */
  readonly hasLabels: boolean;
  rows(folder: string): readonly SuiteRow[];
  instruction(kind: SeedPromptKind, folder: string): string;
}

// Cards, payments, charges: labels that are near each other, with 120 rows or more each.
const bankingLabels = [
  "card_arrival",
  "card_not_working",
  "cash_withdrawal_charge",
  "change_pin",
  "declined_card_payment",
  "exchange_rate",
  "lost_or_stolen_card",
  "pending_card_payment",
  "request_refund",
  "top_up_failed",
];

const sentiment: Suite = {
  name: "sentiment",
  inputLines: "Text: {{text}}",
  maxAnswerTokens: 40,
  scorer: "exact_match",
  score: exactScore,
  hasLabels: true,
  rows: sentimentRows,
  instruction: (kind) =>
    ({
      explicit: "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.",
      vague: "What is the sentiment of this text?",
      // The instruction contradicts the labels, as in the defective seeds of VISTA (arXiv 2603.18388).
      defective: "Rate the sentiment of this text from 1 (bad) to 5 (good). Answer with the number only.",
    })[kind],
};

const banking77: Suite = {
  name: "banking77",
  inputLines: "Question: {{text}}",
  maxAnswerTokens: 40,
  scorer: "exact_match",
  score: exactScore,
  hasLabels: true,
  rows: (folder) => banking77Rows(folder, bankingLabels),
  instruction: (kind) =>
    ({
      explicit: `Classify the question of a bank's customer. Answer with one of these labels only: ${bankingLabels.join(", ")}.`,
      vague: "What is this question of a bank's customer about?",
      defective:
        "Classify the question of a bank's customer. Answer with one word only: card, payment, transfer or other.",
    })[kind],
};

const facility: Suite = {
  name: "facility",
  inputLines: "Message:\n{{input}}",
  maxAnswerTokens: 250,
  scorer: "json_fields",
  score: jsonScore,
  hasLabels: false,
  rows: facilityRows,
  instruction(kind, folder) {
    if (kind === "explicit") return readFileSync(join(folder, "facility-support.prompt.txt"), "utf8").trim();
    return kind === "vague"
      ? "Read this message to a facility services company and describe it as JSON."
      : "Read this message to a facility services company. Answer with a JSON list of three keywords, and explain your choice.";
  },
};

const suites: readonly Suite[] = [sentiment, banking77, facility];

/** Throws with the known names if there is none of this name. */
export function suiteNamed(name: string): Suite {
  const suite = suites.find((one) => one.name === name);
  if (suite === undefined)
    throw new Error(`unknown suite ${name}; there are ${suites.map((one) => one.name).join(", ")}`);
  return suite;
}

/** The whole seed prompt: the instruction, then the lines with the variable. */
export function seedTemplate(suite: Suite, kind: SeedPromptKind, folder: string): string {
  return `${suite.instruction(kind, folder)}\n${suite.inputLines}`;
}

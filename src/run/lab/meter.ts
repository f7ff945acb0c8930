import type { AgentAnswer } from "../../contracts/agent.ts";
import type { Completion, UnusedAttempt } from "../../contracts/language-model.ts";
import type { AnswerCounts } from "../../contracts/run-record.ts";
import type { AnswerKind } from "../../core/answer/answer.ts";
import {
  addSpend,
  type CallRole,
  costUsd,
  type Price,
  type Spend,
  type TokenUsage,
} from "../../core/usage.ts";
import { type Amount, nothing } from "../budget/amount.ts";
import { createSpendTally } from "./spend-tally.ts";

/** One question of an optimization. Equal questions have equal keys and are paid for once. */
export interface BookedCall {
  readonly role: CallRole;
  readonly key: string;
  readonly price: Price | undefined;
}

/** Adds up what an optimization spends, by role. */
export interface Meter {
  /**
   * Books one answer and returns what it is charged now: nothing when it came out of the shared cache, or
   * was booked for an equal question before.
   */
  book(call: BookedCall, answer: Completion | AgentAnswer): Amount;
  /** Books an attempt that is billed and brought nothing usable. */
  bookUnused(call: BookedCall, attempt: UnusedAttempt): Amount;
  /** No answer came after all attempts. */
  bookFailed(call: BookedCall): void;
  /** Answers that were none, each question once. */
  readonly answers: AnswerCounts;
  readonly byRole: Readonly<Record<CallRole, Spend>>;
  readonly total: Spend;
}

export function createMeter(onBooked?: (role: CallRole, origin: string, total: Spend) => void): Meter {
  const tallies = {
    target: createSpendTally(),
    reflection: createSpendTally(),
    judge: createSpendTally(),
    source: createSpendTally(),
  };
  const answered = new Set<string>();
  const failed = new Set<string>();
  const counts = { empty: 0, refusal: 0, cutOff: 0, filtered: 0, failed: 0 };
  const count = (kind: AnswerKind | undefined): void => {
    if (kind === "cut_off") counts.cutOff++;
    else if (kind === "empty" || kind === "refusal" || kind === "filtered") counts[kind]++;
  };
  const meter: Meter = {
    book({ role, key, price }, answer) {
      const { origin, usage } = answer;
      const isFree = origin === "cache" || answered.has(key);
      if (!answered.has(key)) count("kind" in answer ? answer.kind : undefined);
      answered.add(key);
      if (isFree) tallies[role].addFree(price);
      else tallies[role].addCall(usage, price, "isEstimated" in answer && answer.isEstimated === true);
      onBooked?.(role, isFree ? "cache" : (origin ?? "provider"), meter.total);
      return isFree ? nothing : { ...amountOf(usage, price), calls: 1 };
    },
    bookUnused({ role, price }, attempt) {
      tallies[role].addUnused(attempt, price);
      return amountOf(attempt, price);
    },
    bookFailed({ key }) {
      if (answered.has(key) || failed.has(key)) return;
      failed.add(key);
      counts.failed++;
    },
    get answers() {
      return { ...counts };
    },
    get byRole() {
      return {
        target: tallies.target.spend(),
        reflection: tallies.reflection.spend(),
        judge: tallies.judge.spend(),
        source: tallies.source.spend(),
      };
    },
    get total() {
      return Object.values(meter.byRole).reduce(addSpend);
    },
  };
  return meter;
}

function amountOf(usage: TokenUsage | undefined, price: Price | undefined): Amount {
  if (usage === undefined) return nothing;
  return { calls: 0, tokens: usage.inputTokens + usage.outputTokens, usd: costUsd(usage, price) ?? 0 };
}

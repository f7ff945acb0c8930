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
import { type Amount, nothing, plus } from "../budget/amount.ts";
import { createSpendTally } from "./spend-tally.ts";

/** One question of an optimization. Equal questions have equal keys and are charged once. */
export interface BookedCall {
  readonly role: CallRole;
  readonly key: string;
  readonly price: Price | undefined;
}

/**
 * Adds up what an optimization spends, by role, and says what each question is charged to its budget. A budget counts
 * every question once, as it was first measured, wherever its answer comes from: it is spent alike on a warm and a
 * cold cache. The spend by role counts what this run paid.
 */
export interface Meter {
  /** Books one answer and returns what it is charged: nothing when an equal question was charged before. */
  book(call: BookedCall, answer: Completion | AgentAnswer): Amount;
  /** Books an attempt that is billed and brought nothing usable. */
  bookUnused(call: BookedCall, attempt: UnusedAttempt): Amount;
  /** Another attempt at a request was sent. */
  bookRetry(role: CallRole): void;
  /** No answer came after all attempts. The request counts as one call, like any other. */
  bookFailed(call: BookedCall): Amount;
  /** Answers that were none, each question once. */
  readonly answers: AnswerCounts;
  readonly byRole: Readonly<Record<CallRole, Spend>>;
  readonly total: Spend;
  /** All that was charged to the budget. */
  readonly charged: Amount;
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
  let charged = nothing;
  const charge = (amount: Amount): Amount => {
    charged = plus(charged, amount);
    return amount;
  };
  const meter: Meter = {
    book({ role, key, price }, answer) {
      const { origin, usage } = answer;
      const isCharged = answered.has(key);
      const isFree = origin === "cache" || (origin === "journal" && isCharged);
      if (!isCharged) count("kind" in answer ? answer.kind : undefined);
      answered.add(key);
      const isUnbilled = "isUnbilled" in answer && answer.isUnbilled === true;
      if (isFree) tallies[role].addFree(price);
      else if (isUnbilled) tallies[role].addUnbilled(price);
      else tallies[role].addCall(usage, price, "isEstimated" in answer && answer.isEstimated === true);
      onBooked?.(role, isFree ? "cache" : (origin ?? "provider"), meter.total);
      if (isCharged) return nothing;
      // A request that failed before, and was asked again, is one request all the same.
      return charge({ ...amountOf(usage, price), calls: failed.has(key) ? 0 : 1 });
    },
    bookUnused({ role, key, price }, attempt) {
      if (attempt.origin !== "cache") tallies[role].addUnused(attempt, price);
      else if (answered.has(key) || failed.has(key)) return nothing;
      return charge(amountOf(attempt, price));
    },
    bookRetry: (role) => tallies[role].addRetry(),
    bookFailed({ key }) {
      if (answered.has(key) || failed.has(key)) return nothing;
      failed.add(key);
      counts.failed++;
      return charge({ ...nothing, calls: 1 });
    },
    get charged() {
      return charged;
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

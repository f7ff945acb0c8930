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

/** One question of an optimization. Equal questions have equal keys and are charged once. */
export interface BookedCall {
  readonly role: CallRole;
  readonly key: string;
  readonly price: Price | undefined;
}

/**
 * Sums the spending of an optimization by role and determines what each question is charged to its budget. A
 * budget counts every question once, with its first measured cost, wherever its answer comes from, so that it
 * is spent the same on a warm and a cold cache. The spending by role counts what this run paid.
 */
export interface Meter {
  /** Books an answer and returns the charge: nothing if an equal question was charged before. */
  book(call: BookedCall, answer: Completion | AgentAnswer): Amount;
  /** Books a billed attempt without a usable answer. */
  bookUnused(call: BookedCall, attempt: UnusedAttempt): Amount;
  /** Books a further attempt at a request. */
  bookRetry(role: CallRole): void;
  /** Books a request without an answer after all attempts. It counts as one call, like any other. */
  bookFailed(call: BookedCall): Amount;
  /** Missing answers, each question once. */
  readonly answers: AnswerCounts;
  readonly byRole: Readonly<Record<CallRole, Spend>>;
  readonly total: Spend;
  /** Total charged to the budget. */
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
      // A request that failed and was repeated counts as one request.
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

/**
 * Sums the spending of one role. Tokens are summed and priced at the end: the last digits of a sum of dollars
 * would depend on which answer arrived first.
 */
interface SpendTally {
  addCall(usage: TokenUsage | undefined, price: Price | undefined, isEstimated: boolean): void;
  /** Adds a free answer; without a price, the total is unknown. */
  addFree(price: Price | undefined): void;
  /** Adds a refused request that is not billed: no call. */
  addUnbilled(price: Price | undefined): void;
  /** Adds a billed attempt without a usable answer; lost ones are counted separately. */
  addUnused(attempt: UnusedAttempt, price: Price | undefined): void;
  /** Adds a further attempt at a request. */
  addRetry(): void;
  spend(): Spend;
}

type Priced = "inputTokens" | "outputTokens" | "cachedInputTokens" | "cacheWriteTokens";

function createSpendTally(): SpendTally {
  let calls = 0;
  let cachedCalls = 0;
  let lostCalls = 0;
  let retries = 0;
  let hasEstimates = false;
  let isPriced = true;
  /** Until the next change: every event of a call carries the total of all roles. */
  let known: Spend | undefined;
  const byPrice = new Map<string, { -readonly [Kind in Priced]: number } & { price: Price | undefined }>();
  const addTokens = (usage: TokenUsage, price: Price | undefined): void => {
    // Compares prices by value, because stored answers have their own price objects.
    const key =
      price === undefined
        ? ""
        : `${price.input} ${price.output} ${price.cachedInput ?? ""} ${price.cacheWrite ?? ""}`;
    const sum = byPrice.get(key) ?? {
      ...{ price, inputTokens: 0, outputTokens: 0 },
      ...{ cachedInputTokens: 0, cacheWriteTokens: 0 },
    };
    byPrice.set(key, sum);
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    sum.cachedInputTokens += Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
    sum.cacheWriteTokens += Math.min(usage.cacheWriteTokens ?? 0, usage.inputTokens);
    isPriced &&= price !== undefined;
  };
  return {
    addCall(usage, price, isEstimated) {
      known = undefined;
      calls++;
      hasEstimates ||= isEstimated;
      if (usage === undefined) isPriced = false;
      else addTokens(usage, price);
    },
    addFree(price) {
      known = undefined;
      cachedCalls++;
      isPriced &&= price !== undefined;
    },
    addUnbilled(price) {
      known = undefined;
      isPriced &&= price !== undefined;
    },
    addUnused(attempt, price) {
      known = undefined;
      if (attempt.isLost === true) lostCalls++;
      else calls++;
      hasEstimates ||= attempt.isEstimated === true;
      addTokens(attempt, price);
    },
    addRetry() {
      known = undefined;
      retries++;
    },
    spend() {
      if (known !== undefined) return known;
      let [inputTokens, outputTokens] = [0, 0];
      const costs: number[] = [];
      for (const { price, ...usage } of byPrice.values()) {
        inputTokens += usage.inputTokens;
        outputTokens += usage.outputTokens;
        costs.push(costUsd(usage, price) ?? 0);
      }
      const usd = isPriced
        ? costs.sort((one, other) => one - other).reduce((sum, cost) => sum + cost, 0)
        : null;
      const isEstimated = hasEstimates;
      known = { calls, cachedCalls, lostCalls, retries, inputTokens, outputTokens, usd, isEstimated };
      return known;
    },
  };
}

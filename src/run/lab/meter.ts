import type { AgentAnswer } from "../../contracts/agent.ts";
import type { Completion } from "../../contracts/language-model.ts";
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
  /** Books tokens of an attempt that brought nothing usable. */
  bookWaste(call: BookedCall, usage: TokenUsage): Amount;
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
  const meter: Meter = {
    book({ role, key, price }, { origin, usage }) {
      const isFree = origin === "cache" || answered.has(key);
      answered.add(key);
      if (isFree) tallies[role].addFree(price);
      else tallies[role].addCall(usage, price);
      onBooked?.(role, isFree ? "cache" : (origin ?? "provider"), meter.total);
      return isFree ? nothing : { ...amountOf(usage, price), calls: 1 };
    },
    bookWaste({ role, price }, usage) {
      tallies[role].addWaste(usage, price);
      return amountOf(usage, price);
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

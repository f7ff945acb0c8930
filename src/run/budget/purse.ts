import { BudgetError, type BudgetLimit } from "../../core/errors.ts";
import { type Amount, minus, nothing, plus, restOf } from "./amount.ts";

/** Caps that are absent do not bind. */
export type Caps = { readonly [Limit in keyof Amount]?: number };

/** Leave to make calls that cost at most `worst` together. */
export interface Ticket {
  /** Books what a call of this ticket really cost. */
  charge(actual: Amount): void;
  /** Reserves a further attempt, after `charge` booked one that brought nothing usable; false: no room. */
  extend(attempt: Amount): boolean;
  /** Booked so far. */
  readonly spent: Amount;
  /** No more calls under this ticket: what is left of its worst case becomes free. */
  settle(): void;
}

/**
 * Reserves before each call, in the order of asking, so that the caps are never crossed at any
 * concurrency and equal plans spend alike: a call is admitted at once when it fits even if every
 * call before it costs its worst; refused only when every call before it is settled.
 */
export interface Purse {
  /** Rejects with BudgetError naming the cap that does not hold the worst case. */
  admit(worst: Amount): Promise<Ticket>;
  /** Refuses all that come from now on, those waiting included. */
  close(limit: BudgetLimit): void;
  /** Tickets given so far: with equal plans and answers, a moment of the search. */
  readonly admissions: number;
  readonly spent: Amount;
  /** Spent, plus the worst of all that is under way. */
  readonly committed: Amount;
  readonly caps: Caps;
}

interface Waiting {
  readonly worst: Amount;
  readonly admit: (ticket: Ticket) => void;
  readonly refuse: (error: BudgetError) => void;
}

// Sums of many small prices carry rounding noise; a cap is not refused over less than a millionth of a cent.
const roundingUsd = 1e-8;

export interface PurseOptions {
  /** Closes by itself after so many tickets, as it was closed in an earlier session. */
  readonly closing?: { readonly admissions: number; readonly limit: BudgetLimit };
  /** Tickets under way at most: what has not begun can still be refused when time is over. */
  readonly atOnce?: number;
}

export function createPurse(caps: Caps, options: PurseOptions = {}): Purse {
  const { closing, atOnce = Number.POSITIVE_INFINITY } = options;
  let spent = nothing;
  let reserved = nothing;
  let underWay = 0;
  let admissions = 0;
  let closedBy: BudgetLimit | undefined;
  const waiting: Waiting[] = [];

  const exceeded = (amount: Amount): BudgetLimit | undefined => {
    if (caps.calls !== undefined && amount.calls > caps.calls) return "calls";
    if (caps.tokens !== undefined && amount.tokens > caps.tokens) return "tokens";
    if (caps.usd !== undefined && amount.usd > caps.usd + roundingUsd) return "usd";
    return undefined;
  };

  const open = (worst: Amount): Ticket => {
    let own = nothing;
    let bound = worst;
    let isSettled = false;
    reserved = plus(reserved, worst);
    underWay++;
    admissions++;
    return {
      charge(actual) {
        const before = restOf(bound, own);
        own = plus(own, actual);
        spent = plus(spent, actual);
        if (!isSettled) reserved = plus(minus(reserved, before), restOf(bound, own));
      },
      extend(attempt) {
        if (closedBy !== undefined || exceeded(plus(plus(spent, reserved), attempt)) !== undefined)
          return false;
        bound = plus(bound, attempt);
        reserved = plus(reserved, attempt);
        return true;
      },
      get spent() {
        return own;
      },
      settle() {
        if (isSettled) return;
        isSettled = true;
        reserved = minus(reserved, restOf(bound, own));
        underWay--;
        decide();
      },
    };
  };

  const decide = (): void => {
    for (let head = waiting[0]; head !== undefined; head = waiting[0]) {
      if (closing !== undefined && admissions >= closing.admissions) closedBy ??= closing.limit;
      const limit = closedBy ?? exceeded(plus(plus(spent, reserved), head.worst));
      if (closedBy === undefined && (limit === undefined ? underWay >= atOnce : underWay > 0)) return;
      waiting.shift();
      if (limit === undefined) head.admit(open(head.worst));
      else head.refuse(refusal(limit, caps));
    }
  };

  return {
    admit: (worst) =>
      new Promise((admit, refuse) => {
        waiting.push({ worst, admit, refuse });
        decide();
      }),
    close(limit) {
      closedBy ??= limit;
      decide();
    },
    get admissions() {
      return admissions;
    },
    get spent() {
      return spent;
    },
    get committed() {
      return plus(spent, reserved);
    },
    caps,
  };
}

function refusal(limit: BudgetLimit, caps: Caps): BudgetError {
  const what = limit === "minutes" ? "minutes" : `${caps[limit]} ${limit}`;
  return new BudgetError(`the budget of ${what} is spent`, limit);
}

import { BudgetError, type BudgetLimit } from "../../core/errors.ts";
import { type Amount, minus, nothing, plus, restOf, type WorstCase } from "./amount.ts";

/** Caps that are absent do not bind. */
export type Caps = { readonly [Limit in keyof Amount]?: number };

/** Leave to make calls that cost at most `worst` together. */
export interface Reservation {
  /** Books what a call of this ticket really cost. */
  charge(actual: Amount): void;
  /** Reserves a further attempt beside the one that is not booked yet; false: no room. */
  extend(attempt: Amount): boolean;
  /** After `charge` booked an attempt that brought nothing: is there room for another one? Reserves what is short. */
  renew(attempt: Amount): boolean;
  /**
   * Before a call is asked for: what is left of the ticket must hold it. Throws BudgetError where neither the ticket
   * nor the caps do; nothing is admitted afterwards.
   */
  cover(call: Amount): void;
  /**
   * Right before a call is sent: throws BudgetError where what is spent by now, by calls that cost more than they
   * could, leaves no room for it. Nothing is admitted afterwards.
   */
  check(call: Amount): void;
  /** Is there a cap at all? Without one there is nothing to cover or check. */
  readonly isCapped: boolean;
  /** Booked so far. */
  readonly spent: Amount;
  /** No more calls under this ticket: what is left of its worst case becomes free. */
  settle(): void;
}

/**
 * Reserves before each piece of work, in the order of asking, so that the caps are never crossed at any concurrency
 * and equal plans spend alike. Work is admitted at once when it fits even if everything before it costs its worst.
 * Else it waits until everything before it is settled. Then it is admitted by itself if at least its first call
 * fits: every further call of it has to fit too. It is refused if not.
 */
export interface BudgetReservations {
  /** Rejects with BudgetError naming the cap that does not hold it. */
  admit(worst: WorstCase): Promise<Reservation>;
  /** Refuses all that come from now on, those waiting included. */
  close(limit: BudgetLimit): void;
  /** Sets other caps. Equal plans spend alike only if it is done at a moment of the search when nothing is under way. */
  limitTo(caps: Caps): void;
  /** Tickets given so far: with equal plans and answers, a moment of the search. */
  readonly admissions: number;
  readonly spent: Amount;
  /** Spent, plus the worst of all that is under way. */
  readonly committed: Amount;
  /** What each settled ticket came to; kept only where tokens or dollars are capped. */
  readonly settled: readonly Amount[];
  readonly caps: Caps;
}

interface Waiting {
  readonly worst: WorstCase;
  readonly admit: (reservation: Reservation) => void;
  readonly refuse: (error: BudgetError) => void;
}

// Sums of many small prices carry rounding noise; a cap is not refused over less than a millionth of a cent.
const roundingUsd = 1e-8;

interface ReservationOptions {
  /** Closes by itself after so many tickets, as it was closed in an earlier session. */
  readonly closing?: { readonly admissions: number; readonly limit: BudgetLimit };
  /** Tickets under way at most: what has not begun can still be refused. */
  readonly atOnce?: number;
}

export function createBudgetReservations(given: Caps, options: ReservationOptions = {}): BudgetReservations {
  const { closing, atOnce = Number.POSITIVE_INFINITY } = options;
  let caps = given;
  let spent = nothing;
  let reserved = nothing;
  let underWay = 0;
  let admissions = 0;
  // A ticket that was admitted by itself, with less than its worst case reserved.
  let isAlone = false;
  let closedBy: BudgetLimit | undefined;
  const waiting: Waiting[] = [];
  const settled: Amount[] = [];

  const exceeded = (amount: Amount): BudgetLimit | undefined => {
    if (caps.calls !== undefined && amount.calls > caps.calls) return "calls";
    if (caps.tokens !== undefined && amount.tokens > caps.tokens) return "tokens";
    if (caps.usd !== undefined && amount.usd > caps.usd + roundingUsd) return "usd";
    return undefined;
  };
  const closeFor = (limit: BudgetLimit): BudgetError => {
    closedBy ??= limit;
    return refusal(limit, caps);
  };

  const open = (worst: Amount): Reservation => {
    let own = nothing;
    let bound = worst;
    let isSettled = false;
    reserved = plus(reserved, worst);
    underWay++;
    admissions++;
    const reserve = (more: Amount): boolean => {
      if (exceeded(plus(plus(spent, reserved), more)) !== undefined) return false;
      bound = plus(bound, more);
      reserved = plus(reserved, more);
      return true;
    };
    const shortOf = (call: Amount): Amount | undefined => {
      const short = restOf(call, restOf(bound, own));
      // A sum of fractions that was taken apart again carries noise.
      return short.calls <= 0 && short.tokens <= 0 && short.usd <= roundingUsd ? undefined : short;
    };
    return {
      charge(actual) {
        const before = restOf(bound, own);
        own = plus(own, actual);
        spent = plus(spent, actual);
        if (!isSettled) reserved = plus(minus(reserved, before), restOf(bound, own));
      },
      extend: (attempt) => closedBy === undefined && reserve(attempt),
      renew(attempt) {
        const short = shortOf(attempt);
        return closedBy === undefined && (short === undefined || reserve(short));
      },
      cover(call) {
        const short = shortOf(call);
        if (short === undefined) return;
        if (!reserve(short)) throw closeFor(exceeded(plus(plus(spent, reserved), short)) ?? "usd");
      },
      check(call) {
        const limit = exceeded(plus(spent, { ...call, calls: 0 }));
        if (limit !== undefined) throw closeFor(limit);
      },
      get isCapped() {
        return caps.calls !== undefined || caps.tokens !== undefined || caps.usd !== undefined;
      },
      get spent() {
        return own;
      },
      settle() {
        if (isSettled) return;
        isSettled = true;
        reserved = minus(reserved, restOf(bound, own));
        if (caps.tokens !== undefined || caps.usd !== undefined) settled.push(own);
        underWay--;
        isAlone = false;
        decide();
      },
    };
  };

  const decide = (): void => {
    for (let head = waiting[0]; head !== undefined; head = waiting[0]) {
      if (closing !== undefined && admissions >= closing.admissions) closedBy ??= closing.limit;
      const { worst } = head;
      const limit = closedBy ?? exceeded(plus(plus(spent, reserved), worst));
      if (closedBy === undefined && (limit === undefined ? underWay >= atOnce || isAlone : underWay > 0))
        return;
      waiting.shift();
      if (limit === undefined) head.admit(open(worst));
      else if (closedBy === undefined && fitsAlone(worst)) {
        isAlone = true;
        head.admit(open({ ...(worst.first ?? worst), calls: worst.calls }));
        return;
      } else head.refuse(refusal(limit, caps));
    }
  };
  /** Nothing is under way: what is spent is known. */
  const fitsAlone = ({ calls, first }: WorstCase): boolean =>
    first !== undefined && exceeded(plus(spent, { ...first, calls })) === undefined;

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
    limitTo(other) {
      caps = other;
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
    settled,
    get caps() {
      return caps;
    },
  };
}

function refusal(limit: BudgetLimit, caps: Caps): BudgetError {
  const what = limit === "minutes" ? "minutes" : `${caps[limit]} ${limit}`;
  return new BudgetError(`the budget of ${what} is spent`, limit);
}

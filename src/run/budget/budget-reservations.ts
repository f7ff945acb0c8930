import { BudgetError, type BudgetLimit } from "../../core/errors.ts";
import { type Amount, minus, nothing, plus, restOf, type WorstCase } from "./amount.ts";

/** Absent caps do not limit. */
export type Caps = { readonly [Limit in keyof Amount]?: number };

/** Permission to make calls that together cost at most `worst`. */
export interface Reservation {
  /** Books the actual cost of a call of this reservation. */
  charge(actual: Amount): void;
  /** Reserves a further attempt in addition to the unbooked one; false if there is no room. */
  extend(attempt: Amount): boolean;
  /**
   * Called after `charge` booked an unusable attempt: reserves what another attempt needs; false if there is
   * no room.
   */
  renew(attempt: Amount): boolean;
  /**
   * Called before a call is requested: the reservation must cover it. Throws BudgetError if neither the
   * reservation nor the caps do; later requests are then refused as well.
   */
  cover(call: Amount): void;
  /**
   * Called right before a call is sent. Throws BudgetError if calls that exceeded their worst case left no
   * room for it; later requests are then refused as well.
   */
  check(call: Amount): void;
  /** True if there is a cap; without one there is nothing to cover or check. */
  readonly isCapped: boolean;
  /** Amount booked so far. */
  readonly spent: Amount;
  /** Ends the reservation and frees the unused rest of its worst case. */
  settle(): void;
}

/**
 * Reserves budget before each piece of work, in the order of requests, so that the caps hold at any
 * concurrency and equal plans spend the same. Work is admitted at once if it fits even when everything before
 * it costs its worst case. Otherwise it waits until everything before it is settled. Then it is admitted
 * alone if at least its first call fits, and every further call must fit too; if not, it is refused.
 */
export interface BudgetReservations {
  /** Rejects with BudgetError, which names the exceeded cap. */
  admit(worst: WorstCase): Promise<Reservation>;
  /** Refuses all later requests, including waiting ones. */
  close(limit: BudgetLimit): void;
  /**
   * Replaces the caps. Equal plans spend the same only if this is called at a point of the search without
   * work in progress.
   */
  limitTo(caps: Caps): void;
  /** Number of reservations so far; with equal plans and answers, it identifies a point of the search. */
  readonly admissions: number;
  readonly spent: Amount;
  /** Spent, plus the worst case of all work in progress. */
  readonly committed: Amount;
  /** Cost of each settled reservation; kept only if tokens or dollars are capped. */
  readonly settled: readonly Amount[];
  readonly caps: Caps;
}

interface Waiting {
  readonly worst: WorstCase;
  readonly admit: (reservation: Reservation) => void;
  readonly refuse: (error: BudgetError) => void;
}

// Sums of many small prices have rounding noise; a cap tolerates less than a millionth of a cent.
const roundingUsd = 1e-8;

interface ReservationOptions {
  /** Closes after this many reservations, as in an earlier session. */
  readonly closing?: { readonly admissions: number; readonly limit: BudgetLimit };
  /** Maximum number of open reservations: work that has not begun can still be refused. */
  readonly atOnce?: number;
}

export function createBudgetReservations(given: Caps, options: ReservationOptions = {}): BudgetReservations {
  const { closing, atOnce = Number.POSITIVE_INFINITY } = options;
  let caps = given;
  let spent = nothing;
  let reserved = nothing;
  let underWay = 0;
  let admissions = 0;
  // True for a reservation admitted alone, with less than its worst case reserved.
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
      // Sums of fractions carry noise after subtraction.
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
  /** Nothing is in progress: the spent amount is final. */
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

import type { BudgetView } from "../../contracts/optimizer.ts";
import { type Amount, nothing, plus } from "../budget/amount.ts";
import type { Caps } from "../budget/purse.ts";

/** One request of an engine, from the asking to the release of its answer. */
export interface AskedRequest {
  book(actual: Amount): void;
  /** The engine has the answer: from now on the request counts with what it cost. */
  release(): void;
}

/**
 * What an engine may know of the budget. Requests count with their worst until their answer is
 * released and with their cost afterwards, so that the figures do not depend on arrival order.
 */
export interface CountingBudgetView extends BudgetView {
  ask(worst: Amount): AskedRequest;
}

export function createBudgetView(caps: Caps): CountingBudgetView {
  let released = nothing;
  let callsOpen = 0;
  return {
    ask(worst) {
      let cost = nothing;
      callsOpen += worst.calls;
      return {
        book: (actual) => {
          cost = plus(cost, actual);
        },
        release() {
          callsOpen -= worst.calls;
          released = plus(released, cost);
        },
      };
    },
    get callsLeft() {
      return caps.calls === undefined ? Number.POSITIVE_INFINITY : caps.calls - released.calls - callsOpen;
    },
    get spentShare() {
      const shares = (["calls", "tokens", "usd"] as const).map((limit) => {
        const cap = caps[limit];
        return cap === undefined ? 0 : Math.min(1, released[limit] / cap);
      });
      return Math.max(...shares);
    },
  };
}

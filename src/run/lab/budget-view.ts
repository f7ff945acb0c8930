import type { BudgetView } from "../../contracts/optimizer.ts";
import { type Amount, nothing, plus } from "../budget/amount.ts";
import type { Caps } from "../budget/budget-reservations.ts";

/** One request of an engine, from the asking to the release of its answer. */
export interface AskedRequest {
  /** The request needed the answer to this question, and was charged so much of what it cost. */
  use(key: string, charged: Amount): void;
  /** The engine has the answer: from now on the request counts with what it cost. */
  release(): void;
}

/**
 * What an engine may know of the budget. Requests count with their worst until their answer is released
 * and with their cost afterwards. A question that several requests share is counted with the one released
 * first. So the figures depend on the order of release alone, not on who asked or was answered first.
 */
interface CountingBudgetView extends BudgetView {
  ask(worst: Amount): AskedRequest;
}

export function createBudgetView(reservations: { readonly caps: Caps }): CountingBudgetView {
  let released = nothing;
  let callsOpen = 0;
  const costs = new Map<string, Amount>();
  const counted = new Set<string>();
  return {
    ask(worst) {
      const used = new Set<string>();
      callsOpen += worst.calls;
      return {
        use(key, charged) {
          used.add(key);
          if (!counted.has(key)) costs.set(key, plus(costs.get(key) ?? nothing, charged));
        },
        release() {
          callsOpen -= worst.calls;
          const fresh: Amount[] = [];
          for (const key of used) {
            if (!counted.has(key)) fresh.push(costs.get(key) ?? nothing);
            counted.add(key);
            costs.delete(key);
          }
          // A sum of fractions depends on its order, and that of the keys is the order of answering.
          released = fresh.sort((one, other) => one.usd - other.usd).reduce(plus, released);
        },
      };
    },
    get callsLeft() {
      const { calls } = reservations.caps;
      return calls === undefined ? Number.POSITIVE_INFINITY : calls - released.calls - callsOpen;
    },
    get spentShare() {
      const shares = (["calls", "tokens", "usd"] as const).map((limit) => {
        const cap = reservations.caps[limit];
        if (cap === undefined) return 0;
        return cap === 0 ? 1 : Math.min(1, released[limit] / cap);
      });
      return Math.max(...shares);
    },
  };
}

import type { BudgetView } from "../../contracts/optimizer.ts";
import { type Amount, nothing, plus } from "../budget/amount.ts";
import type { Caps } from "../budget/budget-reservations.ts";

/** One request of an engine, from the call to the release of its answer. */
export interface AskedRequest {
  /** Records that the request needed the answer to this question, and the charged part of its cost. */
  use(key: string, charged: Amount): void;
  /** The engine has the answer; from now on the request counts with its actual cost. */
  release(): void;
}

/**
 * The view of the budget that an engine gets. Requests count with their worst case until their answer is
 * released, and with their cost afterwards. A question shared by several requests counts with the first one
 * released. The figures therefore depend only on the order of release, not on the order of requests or
 * answers.
 */
interface CountingBudgetView extends BudgetView {
  ask(worst: Amount): AskedRequest;
  /** Calls of all requests whose answers the engine has. */
  readonly callsReleased: number;
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
          // A sum of fractions depends on its order, and the keys are in the order of answers.
          released = fresh.sort((one, other) => one.usd - other.usd).reduce(plus, released);
        },
      };
    },
    get callsReleased() {
      return released.calls;
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

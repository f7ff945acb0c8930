import { observe } from "./observe.ts";
import type { MiproSearch, TriedCombination } from "./state.ts";
import { fitSurrogate } from "./surrogate.ts";

/** What a step's proposals start from: of all that was tried, what is thought to be best. */
export function startingPoint(search: MiproSearch): TriedCombination {
  const surrogate = fitSurrogate(observe(search));
  const all = [...search.tried.values()].flatMap((one) => one ?? []);
  return all.reduce((top, one) =>
    surrogate.expected(one.combination) > surrogate.expected(top.combination) ? one : top,
  );
}

import type { SearchSize } from "../../contracts/plugin.ts";
import type { Estimate } from "../../contracts/run-plan.ts";

/** Sets of a quarter, of a half, and of as many demonstrations as are allowed are tried. */
export function estimateShownRows(
  { max_demonstrations: most }: { readonly max_demonstrations: number },
  { trainRows }: Pick<SearchSize, "trainRows">,
): Estimate {
  const shown = (share: number) => Math.min(trainRows, Math.round(most * share));
  return { low: shown(1 / 4), likely: shown(1 / 2), high: shown(1) };
}

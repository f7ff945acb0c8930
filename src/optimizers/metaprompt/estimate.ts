import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import { estimateRewrites } from "../search/estimate-rewrites.ts";
import { rowsPerExample } from "./choose-examples.ts";
import type { MetapromptOptions } from "./options.ts";

/** One pass, however many steps are planned; rewrites that say the same are validated once. */
export function estimateMetaprompt({ examples }: MetapromptOptions, size: SearchSize): SearchCost {
  const { candidatesPerStep, texts, trainRows, validationRows } = size;
  const lesson = Math.min(trainRows, examples * rowsPerExample);
  const all = lesson + candidatesPerStep * validationRows;
  return {
    rollouts: { low: lesson + validationRows, likely: all, high: all },
    reflections: estimateRewrites(size, { low: 1, likely: 1, high: 1 }, texts),
  };
}

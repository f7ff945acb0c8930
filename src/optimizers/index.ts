import type { OptimizerPlugin } from "../contracts/plugin.ts";
import type { Shelf } from "../plugins/catalog.ts";

/** The engines that ship: named at once, loaded when used. */
export const optimizerShelf: Shelf<OptimizerPlugin> = {
  gepa: {
    summary:
      "reflective evolution: rewrites learn from failures, compete on validation rows, and are combined",
    load: async () => (await import("./gepa/plugin.ts")).gepa,
  },
  metaprompt: {
    summary: "one pass: rewrites by guidelines, and by examples when there are any; the best one is kept",
    load: async () => (await import("./metaprompt/plugin.ts")).metaprompt,
  },
};

import { defineOptimizer } from "../../plugins/define.ts";
import { estimateMetaprompt } from "./estimate.ts";
import { rewriteOnce } from "./metaprompt.ts";
import { metapromptOptions } from "./options.ts";

export const metaprompt = defineOptimizer({
  name: "metaprompt",
  summary: "one pass: rewrites by guidelines, and by examples when there are any; the best one is kept",
  options: metapromptOptions,
  estimate: estimateMetaprompt,
  create: (options) => ({ optimize: (task, lab) => rewriteOnce(task, lab, options) }),
});

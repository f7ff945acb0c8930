import { defineOptimizer } from "../../plugins/define.ts";
import { estimateGepa } from "./estimate.ts";
import { searchByReflection } from "./gepa.ts";
import { gepaOptions } from "./options.ts";

export const gepa = defineOptimizer({
  name: "gepa",
  summary: "reflective evolution: rewrites learn from failures, compete on validation rows, and are combined",
  options: gepaOptions,
  estimate: estimateGepa,
  create: (options) => ({ optimize: (task, lab) => searchByReflection(task, lab, options) }),
});

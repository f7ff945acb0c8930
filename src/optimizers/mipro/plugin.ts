import { defineOptimizer } from "../../plugins/define.ts";
import { estimateMipro } from "./estimate.ts";
import { searchJointly } from "./mipro.ts";
import { miproOptions } from "./options.ts";

export const mipro = defineOptimizer({
  name: "mipro",
  summary: "instructions and worked examples chosen together: a model of what each brings says which to try",
  options: miproOptions,
  estimate: estimateMipro,
  create: (options) => ({ optimize: (task, lab) => searchJointly(task, lab, options) }),
});

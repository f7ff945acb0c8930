import { defineOptimizer } from "../../plugins/define.ts";
import { estimateFewShot } from "./estimate.ts";
import { searchDemonstrations } from "./few-shot.ts";
import { fewShotOptions } from "./options.ts";

export const fewShot = defineOptimizer({
  name: "few_shot",
  summary:
    "worked examples put into the prompt: sets of train rows compete on validation rows; no reflection",
  options: fewShotOptions,
  estimate: estimateFewShot,
  create: (options) => ({ optimize: (task, lab) => searchDemonstrations(task, lab, options) }),
});

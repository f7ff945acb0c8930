import { defineOptimizer } from "../../plugins/define.ts";
import { engineReferences } from "./engine-references.ts";
import { estimateRace } from "./estimate.ts";
import { raceOptions } from "./options.ts";
import { raceEngines } from "./race.ts";

export const race = defineOptimizer({
  name: "race",
  summary: "several engines under one budget: all show what they can, the best goes on with the rest",
  options: raceOptions,
  opens: engineReferences,
  estimate: estimateRace,
  create: (options, { openEngine }) => ({
    optimize: (task, lab) =>
      raceEngines(
        task,
        lab,
        options,
        engineReferences(options).map(({ use, options: given }) => ({
          name: use,
          open: () => openEngine(use, given),
        })),
      ),
  }),
});

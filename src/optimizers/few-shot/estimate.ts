import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import { bootstrapSize } from "../demonstrations/bootstrap-size.ts";
import { estimateShownRows } from "../demonstrations/estimate-shown-rows.ts";
import { estimateHalving } from "../halving/estimate-halving.ts";
import { estimateSteps } from "../search/estimate-steps.ts";
import { firstRaceRows } from "./first-rows.ts";
import type { FewShotOptions } from "./options.ts";

const nothing = { low: 0, likely: 0, high: 0 };

/** The prompt on train rows, then one halving race of sets a step. Asks for no reflections. */
export function estimateFewShot(options: FewShotOptions, size: SearchSize): SearchCost {
  const { candidatesPerStep, rollouts, trainRows, validationRows } = size;
  // Without rows apart from the validation rows there is nothing to show.
  if (trainRows === 0) return { rollouts: nothing, reflections: nothing };
  const wanted = Math.min(options.bootstrap_rows, trainRows);
  const bootstrap = Math.max(0, bootstrapSize(wanted, rollouts, validationRows));
  const steps = estimateSteps(size);
  const { least, most } = estimateHalving(
    candidatesPerStep,
    firstRaceRows(options, validationRows),
    validationRows,
  );
  return {
    rollouts: {
      // Sets come out alike where few rows may be shown: as few as one of them is new.
      low: bootstrap + (steps.low * least) / candidatesPerStep,
      likely: bootstrap + (steps.likely * (least + most)) / 2,
      high: bootstrap + steps.high * most,
    },
    reflections: nothing,
    shownRows: estimateShownRows(options, size),
  };
}

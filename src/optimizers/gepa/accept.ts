import type { GepaOptions } from "./options.ts";
import { type Differences, totalDifference } from "./validation/differences.ts";
import { improvementPValue } from "./validation/paired-test.ts";

type AcceptanceRule = Pick<GepaOptions, "acceptance" | "error_level">;

/** Does a challenger's record against the defender earn it a place among the members? */
export function isImprovement(
  differences: Differences,
  { acceptance, error_level }: AcceptanceRule,
): boolean {
  const sum = totalDifference(differences);
  switch (acceptance) {
    case "paired":
      return sum > 0 && improvementPValue(differences) <= error_level;
    case "strict_sum":
      return sum > 0;
    case "improvement_or_equal":
      return sum >= 0;
  }
}

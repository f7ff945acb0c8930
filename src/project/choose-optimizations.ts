import type { Config, OptimizationConfig } from "../config/config.ts";
import { ConfigError, NotFoundError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";

/**
 * The optimizations with these names or keys; all if absent or empty. Throws ConfigError if the config has
 * none, NotFoundError if a name does not match.
 */
export function chooseOptimizations(
  config: Config,
  only: readonly string[] | undefined,
): readonly OptimizationConfig[] {
  const all = Object.values(config.optimizations);
  if (all.length === 0) {
    throw new ConfigError([
      {
        file: config.file,
        path: "optimizations.prompt_optimizations",
        message: "nothing to optimize: there are no entries",
        hint: "add one, or start from `dao-opt init`",
      },
    ]);
  }
  if (only === undefined || only.length === 0) return all;
  const names = all.flatMap(({ key, name }) => [key, name]);
  const chosen = only.map((wanted) => {
    const found = all.find(({ key, name }) => key === wanted || name === wanted);
    if (found === undefined)
      throw new NotFoundError("optimization", wanted, nearNames(wanted, names, 2), {
        hint: hintOf(wanted, names),
      });
    return found;
  });
  return [...new Set(chosen)];
}

function hintOf(wanted: string, names: readonly string[]): string | undefined {
  return nearNames(wanted, names).length > 0 ? undefined : `there are: ${[...new Set(names)].join(", ")}`;
}

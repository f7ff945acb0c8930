import type { Config } from "../config/config.ts";
import type { PriceFile } from "../config/price-file.ts";
import { describeShutdown, nearShutdown, type Shutdown } from "../config/shutdowns.ts";
import { shellWord } from "../core/text/shell-word.ts";
import { isWritten, placedWarning } from "./config-warnings.ts";

/** A model of a config that is shut down, and what to do about it. */
interface ModelShutdown {
  readonly key: string;
  readonly message: string;
  /** The change and the command to type. */
  readonly cure: string;
}

/** Targets and sources of the config's optimizations that are shut down; without optimizations, all its models. */
export function modelShutdowns(config: Config, today: Date, prices?: PriceFile): readonly ModelShutdown[] {
  const optimizations = Object.values(config.optimizations);
  const targets = optimizations.flatMap(({ agent }) => config.agents[agent]?.model ?? []);
  const sources = optimizations.flatMap(({ sourceModel }) => sourceModel ?? []);
  const named = optimizations.length === 0 ? Object.keys(config.models) : [...targets, ...sources];
  return [...new Set(named)].flatMap((key) => {
    const spec = config.models[key]?.spec;
    const shutdown = spec === undefined ? undefined : nearShutdown(spec, today, prices);
    if (spec === undefined || shutdown === undefined) return [];
    const message = `${spec.name} ${describeShutdown(spec, shutdown)}`;
    return [{ key, message, cure: cureOf(key, shutdown, config.file, targets.includes(key)) }];
  });
}

/** The same as warnings with their places. */
export function shutdownWarnings(config: Config, today: Date, prices?: PriceFile): readonly string[] {
  return modelShutdowns(config, today, prices).map(({ key, message, cure }) => {
    const section = isWritten(config, `resources.models.${key}`) ? "models" : "llms";
    return placedWarning(config, `resources.${section}.${key}`, `${message}; ${cure}`);
  });
}

function cureOf(key: string, { successor, daysLeft }: Shutdown, file: string, isTarget: boolean): string {
  const command = `dao-opt migrate ${shellWord(file)} --source ${shellWord(key)}`;
  const next = successor === undefined ? "another model" : `another model (the provider names ${successor})`;
  if (isTarget) return `give its agent ${next}, then type: ${command}`;
  return daysLeft <= 0
    ? `only its recorded answers can be used: ${command} --from-traces`
    : `move from it before that: ${command}`;
}

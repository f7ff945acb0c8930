import { resolve } from "node:path";
import { builtinCatalog } from "../../builtins.ts";
import type { Config } from "../../config/config.ts";
import { type PriceFile, readPriceFile } from "../../config/price-file.ts";
import { type ExaminedConfig, examineConfig } from "../../config/read-config.ts";
import type { PromptRegistry } from "../../contracts/registry.ts";
import { ConfigError } from "../../core/errors.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import { resolveProject } from "../../project/resolve-project.ts";
import { openRegistry } from "../../registry/open-registry.ts";
import { budgetIssues } from "../../run/plan/plan-run.ts";
import { standInFor } from "../../run/session/stand-ins.ts";
import type { CliContext } from "../context.ts";
import type { Settings } from "../settings.ts";

/** An opened config. */
export interface OpenedConfig {
  /** Absolute path of the config. */
  readonly path: string;
  readonly config: Config;
  readonly registry: PromptRegistry;
  readonly catalog: Catalog;
}

/**
 * Reads the config and applies the flags. If its text has issues, issues in the referenced files are reported
 * too.
 */
export async function openConfig(
  file: string,
  settings: Settings,
  context: CliContext,
): Promise<OpenedConfig> {
  const { config, error } = await examine(file, settings, context);
  if (error !== undefined) throw config === undefined ? error : await allMistakes(config, error);
  return {
    path: resolve(context.cwd, file),
    config,
    registry: openRegistry(config.registryPath),
    catalog: builtinCatalog(),
  };
}

/** Reads the config; returns its issues and the usable part. */
export async function examine(
  file: string,
  settings: Settings,
  context: CliContext,
): Promise<ExaminedConfig> {
  const prices = await pricesOf(settings, context);
  return examineConfig(file, {
    ...(prices === undefined ? {} : { prices }),
    cwd: context.cwd,
    env: context.env,
    ...(settings.envFile === undefined ? {} : { envFile: settings.envFile }),
    // A replay makes no calls: keys are not needed, and unset values come from the run's plan.
    ...(settings.replay === undefined ? {} : { standIn: standInFor }),
    set: settings.set ?? [],
    overrides: {
      ...(settings.registry === undefined ? {} : { registry: resolve(context.cwd, settings.registry) }),
      ...(settings.state === undefined ? {} : { state: resolve(context.cwd, settings.state) }),
      ...(settings.answers === undefined ? {} : { answers: settings.answers }),
      ...(settings.seed === undefined ? {} : { seed: settings.seed }),
    },
  });
}

/** The prices of `--prices`; undefined without the flag. */
export async function pricesOf(
  { prices }: Pick<Settings, "prices">,
  { cwd }: Pick<CliContext, "cwd">,
): Promise<PriceFile | undefined> {
  return prices === undefined ? undefined : readPriceFile(resolve(cwd, prices), prices);
}

/** Merges the config's issues with those of its data, prompts and plug-ins. */
async function allMistakes(config: Config, error: ConfigError): Promise<unknown> {
  try {
    await resolveProject(config, {
      catalog: builtinCatalog(),
      registry: openRegistry(config.registryPath),
      known: error.issues,
      check: budgetIssues,
      asIssues: true,
    });
  } catch (all) {
    return all instanceof ConfigError ? all : error;
  }
  return error;
}

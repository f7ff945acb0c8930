import { resolve } from "node:path";
import { builtinCatalog } from "../builtins.ts";
import type { Config } from "../config/config.ts";
import { readConfig } from "../config/read-config.ts";
import type { PromptRegistry } from "../contracts/registry.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { openRegistry } from "../registry/open-registry.ts";
import { standInFor } from "../run/stand-ins.ts";
import type { CliContext } from "./context.ts";
import type { Settings } from "./settings.ts";

/** A config with what every command on it needs. */
export interface OpenedConfig {
  /** Absolute path of the config. */
  readonly path: string;
  readonly config: Config;
  readonly registry: PromptRegistry;
  readonly catalog: Catalog;
}

/** Reads the config named on the command line, flags over it. */
export async function openConfig(
  file: string,
  settings: Settings,
  context: CliContext,
): Promise<OpenedConfig> {
  const config = await readConfig(file, {
    cwd: context.cwd,
    env: context.env,
    ...(settings.envFile === undefined ? {} : { envFile: settings.envFile }),
    // A replay sends nothing: it needs no key, and what else is not set now is in the run's plan.
    ...(settings.replay === undefined ? {} : { standIn: standInFor }),
    set: settings.set ?? [],
    overrides: {
      ...(settings.registry === undefined ? {} : { registry: resolve(context.cwd, settings.registry) }),
      ...(settings.state === undefined ? {} : { state: resolve(context.cwd, settings.state) }),
      ...(settings.seed === undefined ? {} : { seed: settings.seed }),
    },
  });
  return {
    path: resolve(context.cwd, file),
    config,
    registry: openRegistry(config.registryPath),
    catalog: builtinCatalog(),
  };
}

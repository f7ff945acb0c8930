import type { Config } from "../config/config.ts";
import type { CliContext } from "./context.ts";
import { readSettings, type Settings } from "./settings.ts";
import { registryPathOf, statePathOf } from "./state-path.ts";

/** What a command that can do without a config starts from. */
export interface Places {
  readonly settings: Settings;
  /** As given with --config. */
  readonly configFile?: string;
  /** The models of that config. */
  readonly models?: Config["models"];
  readonly registryPath: string;
  readonly statePath: string;
}

/** The flags' folders, else those of the config named with --config, else the working folder's. */
export async function readPlaces(
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<Places> {
  const { config: given } = options;
  const configFile = typeof given === "string" && given !== "" ? given : undefined;
  const settings = await readSettings(options, context, configFile);
  if (configFile === undefined) {
    return {
      settings,
      registryPath: registryPathOf(settings, context),
      statePath: statePathOf(settings, context),
    };
  }
  const { openConfig } = await import("./open-config.ts");
  const { registryPath, statePath, models } = (await openConfig(configFile, settings, context)).config;
  return { settings, configFile, models, registryPath, statePath };
}

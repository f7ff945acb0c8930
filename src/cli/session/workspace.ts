import { join, resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import type { Databases } from "../../config/normalize/databases.ts";
import type { ConfigFolders } from "../../config/read-folders.ts";
import type { DatasetStore } from "../../contracts/dataset-store.ts";
import type { LiveTraceStore } from "../../contracts/trace-store.ts";
import { Secret } from "../../core/text/secret.ts";
import { openDatasetStore } from "../../datasets/open-dataset-store.ts";
import type { TraceStoreOptions } from "../../traces/open-trace-store.ts";
import { openTraces, type TracePlaces } from "../../traces/open-traces.ts";
import type { CliContext } from "../context.ts";
import { readSettings, type Settings } from "../settings.ts";
import { configOf, findConfig } from "./find-config.ts";

/** The workspace of a command that does not need a config. */
export interface Workspace extends Databases {
  readonly settings: Settings;
  /** From --config, or found in the working folder. */
  readonly configFile?: string;
  readonly registryPath: string;
  readonly statePath: string;
  /** The environment, and `.env` of the config. */
  readonly environment: () => CliContext["env"];
}

/**
 * Folders and databases in order of precedence: flags, then the config from --config or the working folder, then `prompts`
 * and `.dao-opt`.
 */
export async function readWorkspace(
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<Workspace> {
  const configFile = await configOf(undefined, options, context);
  const settings = await readSettings(options, context, configFile);
  const { registry, state, answers, envFile } = settings;
  const flagged = {
    ...(registry === undefined ? {} : { registryPath: resolve(context.cwd, registry) }),
    ...(state === undefined ? {} : { statePath: resolve(context.cwd, state) }),
    ...(answers === undefined ? {} : { answersUrl: new Secret(answers) }),
  };
  const usual = { ...foldersWithoutConfig(context), environment: () => context.env };
  if (configFile === undefined) return { settings, ...usual, ...flagged };
  const isNeeded = registry === undefined || state === undefined;
  const folders = await foldersOf(configFile, context, envFile).catch((error: unknown) => {
    if (isNeeded) throw error;
    return usual;
  });
  return { settings, configFile, ...usual, ...folders, ...flagged };
}

type WorkspaceConfig = Pick<Workspace, "configFile" | "settings">;

/** The config; undefined without one. */
export async function readProject(
  { configFile, settings }: WorkspaceConfig,
  context: CliContext,
): Promise<Config | undefined> {
  if (configFile === undefined) return undefined;
  const { openConfig } = await import("./open-config.ts");
  return (await openConfig(configFile, settings, context)).config;
}

/** Models of the config; undefined without a config. */
export async function readModels(
  places: WorkspaceConfig,
  context: CliContext,
): Promise<Config["models"] | undefined> {
  return (await readProject(places, context))?.models;
}

/** The folders that a command without flags uses in the working folder. */
export async function usualFolders(context: CliContext): Promise<ConfigFolders> {
  const file = await findConfig(context);
  const none = foldersWithoutConfig(context);
  return file === undefined ? none : foldersOf(file, context, undefined).catch(() => none);
}

function foldersWithoutConfig({ cwd }: CliContext): ConfigFolders {
  return { registryPath: resolve(cwd, "prompts"), statePath: resolve(cwd, ".dao-opt") };
}

async function foldersOf(file: string, { env, cwd }: CliContext, envFile: string | undefined) {
  const { readConfigFolders } = await import("../../config/read-folders.ts");
  return readConfigFolders(file, { env, cwd, envFile });
}

/** Trace and dataset stores of a workspace or config. */
export interface Stores {
  readonly traces: LiveTraceStore;
  readonly datasets: DatasetStore;
}

/** Rejects with PostgresError if the database of `state.traces` cannot be used. */
export async function openStores(
  places: TracePlaces,
  { clock }: Pick<CliContext, "clock">,
  options: Pick<TraceStoreOptions, "keepsIndex"> = {},
): Promise<Stores> {
  return {
    traces: await openTraces(places, { clock, ...options }),
    datasets: openDatasetStore({ folder: join(places.statePath, "datasets") }),
  };
}

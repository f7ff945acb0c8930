import { examineConfig } from "../../config/read-config.ts";
import { promptServerUri, resolveMlflowConnection } from "../../mlflow/connection.ts";
import { createMlflowClient, type MlflowClient } from "../../mlflow/mlflow-client.ts";
import { standInFor } from "../../run/session/stand-ins.ts";
import type { CliContext } from "../context.ts";
import type { Settings } from "../settings.ts";

export interface OpenedMlflow {
  readonly client: MlflowClient;
  /** `tracking.experiment` of the config. */
  readonly experiment?: string;
}

/**
 * MLflow for a command that works without a config: `tracking` of the config if there is one, then the
 * environment. Rejects with MlflowError if no address is set or credentials are missing.
 */
export async function openMlflow(
  configFile: string | undefined,
  { envFile, set = [] }: Settings,
  { cwd, env }: CliContext,
): Promise<OpenedMlflow> {
  if (configFile === undefined) return { client: createMlflowClient(resolveMlflowConnection({}, env)) };
  // Keys of models and other unset variables do not matter here.
  const { config, error } = await examineConfig(configFile, { cwd, env, envFile, set, standIn: standInFor });
  if (config === undefined) throw error;
  const { tracking } = config;
  const connection = resolveMlflowConnection({ uri: tracking?.mlflow }, config.environment());
  return {
    client: createMlflowClient(connection),
    ...(tracking === undefined ? {} : { experiment: tracking.experiment }),
  };
}

/** The MLflow server for a command with or without a config. Throws MlflowError if none is configured. */
export async function openPromptServer(
  configFile: string | undefined,
  { envFile }: Pick<Settings, "envFile">,
  { env, cwd }: Pick<CliContext, "env" | "cwd">,
): Promise<MlflowClient> {
  if (configFile === undefined) return createMlflowClient(resolveMlflowConnection({}, env));
  const { readMlflowPlaces } = await import("../../config/read-folders.ts");
  const places = await readMlflowPlaces(configFile, { env, cwd, envFile });
  return createMlflowClient(resolveMlflowConnection({ uri: promptServerUri(places) }, places.env));
}

import { examineConfig } from "../../config/read-config.ts";
import { resolveMlflowConnection } from "../../mlflow/connection.ts";
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

import { promptServerUri, resolveMlflowConnection } from "../../mlflow/connection.ts";
import { createMlflowClient, type MlflowClient } from "../../mlflow/mlflow-client.ts";
import type { CliContext } from "../context.ts";
import type { Settings } from "../settings.ts";

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

import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { type Databases, databasesOf } from "./normalize/databases.ts";
import { type MlflowPlaces, mlflowPlaces } from "./normalize/mlflow-places.ts";
import { createProblems } from "./problems.ts";
import { checkSchema } from "./schema/check-schema.ts";
import type { WrittenConfig } from "./schema/file.ts";
import { createSourcePlaces } from "./source-places.ts";
import { type EnvironmentVariables, readEnvironment, reasonOf } from "./values/environment.ts";
import { interpolate } from "./values/interpolate.ts";
import { readYamlSource } from "./yaml-source.ts";

/** The prompts and state folders of a config, as absolute paths, and its databases. */
export interface ConfigFolders extends Databases {
  readonly registryPath: string;
  readonly statePath: string;
  /** The environment and `.env`; absent without a config. */
  readonly environment?: () => EnvironmentVariables;
}

interface ReadOptions {
  readonly env: EnvironmentVariables;
  readonly cwd: string;
  readonly envFile?: string | undefined;
}

/**
 * Reads only the folders of a config, so that commands for prompts and runs work while the rest of the file is
 * incomplete. Rejects with ConfigError if the file is not YAML, and with UsageError if it cannot be read.
 */
export async function readConfigFolders(file: string, options: ReadOptions): Promise<ConfigFolders> {
  const { written, env } = await readSections(file, ["registry", "state"], options);
  const folder = dirname(resolve(options.cwd, file));
  return {
    registryPath: resolve(folder, written.registry.path),
    statePath: resolve(folder, written.state.path),
    ...databasesOf(written.state),
    environment: () => env,
  };
}

/** The MLflow places of a config and the environment for them; rejects like `readConfigFolders`. */
export async function readMlflowPlaces(
  file: string,
  options: ReadOptions,
): Promise<MlflowPlaces & { readonly env: EnvironmentVariables }> {
  const { written, env } = await readSections(file, ["registry", "tracking"], options);
  return { ...mlflowPlaces(written), env };
}

async function readSections(
  file: string,
  sections: readonly (keyof WrittenConfig)[],
  options: ReadOptions,
): Promise<{ readonly written: WrittenConfig; readonly env: EnvironmentVariables }> {
  const path = resolve(options.cwd, file);
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${reasonOf(cause.code)}`, { cause });
  });
  const places = createSourcePlaces();
  const problems = createProblems(file, places);
  const source = readYamlSource(bytes, places, problems);
  if (source === undefined) throw problems.toError();
  const env = await readEnvironment(path, options);
  const needed = [...sections, "variables", "parameters"].flatMap((key) => {
    const value = source.tree[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const { tree, ...filled } = interpolate(Object.fromEntries(needed), env, problems);
  const { file: written } = checkSchema(tree, filled, problems);
  if (!problems.isEmpty) throw problems.toError();
  return { written, env };
}

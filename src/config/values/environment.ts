import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { UsageError } from "../../core/errors.ts";

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/**
 * The environment, completed by a `.env` file: the one next to the config, or the one given by `--env-file`.
 * Variables of the environment always win.
 *
 * Rejects with UsageError if the given file is missing or unreadable.
 */
export async function readEnvironment(
  configFile: string,
  {
    env,
    cwd,
    envFile,
  }: { readonly env: EnvironmentVariables; readonly cwd: string; readonly envFile?: string | undefined },
): Promise<EnvironmentVariables> {
  const path =
    envFile === undefined ? join(dirname(resolve(cwd, configFile)), ".env") : resolve(cwd, envFile);
  try {
    return Object.freeze({ ...parseEnv(await readFile(path, "utf8")), ...env });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (envFile === undefined && (code === "ENOENT" || code === "ENOTDIR")) return env;
    throw new UsageError(`${envFile ?? path} cannot be read: ${reasonOf(code)}`, {
      cause,
      hint:
        envFile === undefined
          ? "make it a readable file of NAME=value lines"
          : "pass --env-file a file of NAME=value lines",
    });
  }
}

export function reasonOf(code: string | undefined): string {
  if (code === "ENOENT" || code === "ENOTDIR") return "no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES" || code === "EPERM") return "no permission";
  return code ?? "unknown reason";
}

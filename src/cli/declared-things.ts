import type { Config } from "../config/config.ts";
import type { CliContext } from "./context.ts";

/**
 * What a config declares, for a command that sends nothing: variables need not be set, and mistakes elsewhere in
 * the file matter only when nothing can be made of it.
 */
export async function declaredThings(file: string, { cwd, env }: CliContext): Promise<Config> {
  const { examineConfig } = await import("../config/read-config.ts");
  const { standInFor } = await import("../run/session/stand-ins.ts");
  const { config, error } = await examineConfig(file, { cwd, env, standIn: standInFor });
  if (config === undefined) throw error;
  return config;
}

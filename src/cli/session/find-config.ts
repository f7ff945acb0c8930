import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import { UsageError } from "../../core/errors.ts";
import type { CliContext } from "../context.ts";

const usualNames = ["config.yaml", "dao-opt.yaml"] as const;
const largestBytes = 10 * 1024 * 1024;
/** At the beginning of a line: other tools call their file `config.yaml`, too. */
const ownSection = /^["']?(resources|prompts|agents|datasets|optimizations|registry|state)["']?\s*:/m;

/** The config that commands use when none is named: `config.yaml` or `dao-opt.yaml` of the working folder. */
export async function findConfig({ cwd }: Pick<CliContext, "cwd">): Promise<string | undefined> {
  for (const name of usualNames) {
    const path = resolve(cwd, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true || found.size > largestBytes) continue;
    const text = await readFile(path, "utf8").catch(() => "");
    if (ownSection.test(text)) return name;
  }
  return undefined;
}

/** The config named as the argument or with --config, else the one found; undefined without any. */
export async function configOf(
  argument: string | undefined,
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<string | undefined> {
  const { config } = options;
  const flag = typeof config === "string" && config !== "" ? config : undefined;
  if (argument !== undefined && flag !== undefined && argument !== flag)
    throw new UsageError(`two configs are named: ${argument} and --config ${flag}`, { hint: "name one" });
  return argument ?? flag ?? (await findConfig(context));
}

export function noConfig(): UsageError {
  return new UsageError("no config is named, and there is no config.yaml here", {
    hint: "name one: `dao-opt run config.yaml`; `dao-opt init` writes one to start from",
  });
}

/**
 * What a config declares, for a command that sends nothing: variables need not be set, and mistakes elsewhere in
 * the file matter only when nothing can be made of it.
 */
export async function declaredThings(file: string, { cwd, env }: CliContext): Promise<Config> {
  const { examineConfig } = await import("../../config/read-config.ts");
  const { standInFor } = await import("../../run/session/stand-ins.ts");
  const { config, error } = await examineConfig(file, { cwd, env, standIn: standInFor });
  if (config === undefined) throw error;
  return config;
}

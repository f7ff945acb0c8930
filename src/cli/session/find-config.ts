import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Config } from "../../config/config.ts";
import { UsageError } from "../../core/errors.ts";
import type { CliContext } from "../context.ts";

const usualNames = ["config.yaml", "dao-opt.yaml"] as const;
const largestBytes = 10 * 1024 * 1024;
/** Distinguishes our config from other tools' `config.yaml`. */
const ownSection = /^["']?(resources|prompts|agents|datasets|optimizations|registry|state)["']?\s*:/m;

/** The default config: `config.yaml` or `dao-opt.yaml` in the working folder. */
export async function findConfig({ cwd }: Pick<CliContext, "cwd">): Promise<string | undefined> {
  for (const name of usualNames) {
    const path = resolve(cwd, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile() !== true || found.size > largestBytes) continue;
    const text = await readFile(path, "utf8").catch(() => "");
    if (ownSection.test(text) || isOwnJson(text)) return name;
  }
  return undefined;
}

/** JSON is YAML, and its keys are indented. */
function isOwnJson(text: string): boolean {
  if (!text.trimStart().startsWith("{")) return false;
  try {
    return Object.keys(JSON.parse(text) as object).some((key) => ownSection.test(`${key}:`));
  } catch {
    return false;
  }
}

/**
 * The config from the argument or --config, else the default one. Throws UsageError if both are given and
 * differ.
 */
export async function configOf(
  argument: string | undefined,
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<string | undefined> {
  const { config } = options;
  const flag = typeof config === "string" && config !== "" ? config : undefined;
  if (argument !== undefined && flag !== undefined && argument !== flag)
    throw new UsageError(`two different configs: ${argument} and --config ${flag}`, {
      hint: "remove one of them",
    });
  return argument ?? flag ?? (await findConfig(context));
}

export function noConfig(): UsageError {
  return new UsageError("no config given, and there is no config.yaml in this folder", {
    hint: "pass one (`dao-opt run config.yaml`) or create one with `dao-opt init`",
  });
}

/**
 * Reads a config for commands that make no calls: unset variables are allowed, and issues are fatal only if
 * the config cannot be built at all.
 */
export async function declaredThings(file: string, { cwd, env }: CliContext): Promise<Config> {
  const { examineConfig } = await import("../../config/read-config.ts");
  const { standInFor } = await import("../../run/session/stand-ins.ts");
  const { config, error } = await examineConfig(file, { cwd, env, standIn: standInFor });
  if (config === undefined) throw error;
  return config;
}

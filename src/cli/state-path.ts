import { resolve } from "node:path";
import type { CliContext } from "./context.ts";
import type { Settings } from "./settings.ts";

/** State folder of commands that take no config: the flag's, else `.dao-opt` of the working folder. */
export function statePathOf(settings: Settings, context: CliContext): string {
  return resolve(context.cwd, settings.state ?? ".dao-opt");
}

/** Registry folder of commands that take no config: the flag's, else `prompts` of the working folder. */
export function registryPathOf(settings: Settings, context: CliContext): string {
  return resolve(context.cwd, settings.registry ?? "prompts");
}

import type { PromptRegistry } from "../../../contracts/registry.ts";
import { openRegistry } from "../../../registry/open-registry.ts";
import { type CliContext, type Look, lookOf } from "../../context.ts";
import { readSettings } from "../../settings.ts";
import { registryPathOf } from "../../state-path.ts";

/** What every registry command starts from. */
export interface RegistryCommand {
  readonly registry: PromptRegistry;
  readonly path: string;
  readonly isJson: boolean;
  readonly look: Look;
  /** Prints the value as JSON under `--json`, else the text. */
  print(value: unknown, text: () => string): void;
}

export async function openRegistryCommand(
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<RegistryCommand> {
  const settings = await readSettings(options, context);
  const path = registryPathOf(settings, context);
  const isJson = settings.json === true;
  return {
    registry: openRegistry(path),
    path,
    isJson,
    look: lookOf(context, context.stdout, settings),
    print: (value, text) => context.stdout.write(isJson ? `${JSON.stringify(value, null, 2)}\n` : text()),
  };
}

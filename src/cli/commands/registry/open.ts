import type { Config } from "../../../config/config.ts";
import type { PromptArchive } from "../../../contracts/registry.ts";
import type { MlflowClient } from "../../../mlflow/mlflow-client.ts";
import { untestedNote } from "../../../mlflow/prompts/unity-catalog.ts";
import { openRegistry } from "../../../registry/open-registry.ts";
import { type CliContext, filedBy, type Look, lookOf } from "../../context.ts";
import { readModels, readWorkspace } from "../../session/workspace.ts";
import { printNotices } from "../../terminal/notices.ts";

/** Common services of the registry commands. */
interface RegistryCommand {
  readonly registry: PromptArchive;
  readonly path: string;
  /** Models of the config; undefined without a config, or if an implicitly found one is invalid. */
  models(): Promise<Config["models"] | undefined>;
  /** The MLflow server of the config or the environment. Rejects with MlflowError if there is none. */
  mlflow(): Promise<MlflowClient>;
  readonly isJson: boolean;
  readonly look: Look;
  /** Prints the value as JSON under `--json`, else the text. */
  print(value: unknown, text: () => string): void;
}

export async function openRegistryCommand(
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<RegistryCommand> {
  const places = await readWorkspace(options, context);
  const { settings, registryPath: path } = places;
  const isNamed = textOption(options, "config") !== undefined;
  const isJson = settings.json === true;
  return {
    registry: openRegistry(path, filedBy(context)),
    path,
    async models() {
      const models = readModels(places, context);
      return isNamed ? models : models.catch(() => undefined);
    },
    async mlflow() {
      const { openPromptServer } = await import("../../session/open-mlflow.ts");
      const client = await openPromptServer(places.configFile, settings, context);
      const notes = client.kind === "databricks" ? [untestedNote] : [];
      printNotices(context, lookOf(context, context.stderr, settings), { warnings: [], notes });
      return client;
    },
    isJson,
    look: lookOf(context, context.stdout, settings),
    print: (value, text) => context.stdout.write(isJson ? `${JSON.stringify(value, null, 2)}\n` : text()),
  };
}

/** Value of a text option; empty counts as absent. */
export function textOption(options: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = options[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

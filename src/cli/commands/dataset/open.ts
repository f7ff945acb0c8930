import { join } from "node:path";
import type { DatasetStore } from "../../../contracts/dataset-store.ts";
import { openDatasetStore } from "../../../datasets/open-dataset-store.ts";
import { type CliContext, type Look, lookOf } from "../../context.ts";
import { readWorkspace } from "../../session/workspace.ts";

/** What every dataset command starts from. */
export interface DatasetCommand {
  readonly store: DatasetStore;
  /** Folder of the store. */
  readonly folder: string;
  readonly cwd: string;
  readonly isJson: boolean;
  readonly look: Look;
  /** Prints the value as JSON under `--json`, else the text. */
  print(value: unknown, text: () => string): void;
}

export async function openDatasetCommand(
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<DatasetCommand> {
  const { settings, statePath } = await readWorkspace(options, context);
  const folder = join(statePath, "datasets");
  const isJson = settings.json === true;
  return {
    store: openDatasetStore({ folder }),
    folder,
    cwd: context.cwd,
    isJson,
    look: lookOf(context, context.stdout, settings),
    print: (value, text) => context.stdout.write(isJson ? `${JSON.stringify(value, null, 2)}\n` : text()),
  };
}

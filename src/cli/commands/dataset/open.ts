import { join } from "node:path";
import type { DatasetStore } from "../../../contracts/dataset-store.ts";
import { UsageError } from "../../../core/errors.ts";
import { openDatasetStore } from "../../../datasets/open-dataset-store.ts";
import { type CliContext, type Look, lookOf } from "../../context.ts";
import { readWorkspace } from "../../session/workspace.ts";
import type { Settings } from "../../settings.ts";

/** Common services of the dataset commands. */
export interface DatasetCommand {
  readonly store: DatasetStore;
  readonly folder: string;
  readonly settings: Settings;
  /** From --config, or found in the working folder. */
  readonly configFile: string | undefined;
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
  const { settings, configFile, statePath } = await readWorkspace(options, context);
  const folder = join(statePath, "datasets");
  const isJson = settings.json === true;
  return {
    store: openDatasetStore({ folder }),
    folder,
    settings,
    configFile,
    cwd: context.cwd,
    isJson,
    look: lookOf(context, context.stdout, settings),
    print: (value, text) => context.stdout.write(isJson ? `${JSON.stringify(value, null, 2)}\n` : text()),
  };
}

type Options = Readonly<Record<string, unknown>>;

/** Parses a numeric flag; undefined without it. Throws UsageError if it is not a number in the range. */
export function numberFlag(
  options: Options,
  name: string,
  range: { readonly least: number; readonly most: number; readonly isWhole?: boolean },
): number | undefined {
  const text = options[name];
  if (typeof text !== "string") return undefined;
  const value = Number(text);
  const fits = value >= range.least && value <= range.most;
  if (text.trim() !== "" && fits && (range.isWhole !== true || Number.isSafeInteger(value))) return value;
  const kind = range.isWhole === true ? "a whole number" : "a number";
  const bounds =
    range.most >= Number.MAX_SAFE_INTEGER
      ? `of at least ${range.least}`
      : `from ${range.least} to ${range.most}`;
  throw new UsageError(
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} must be ${kind} ${bounds}, got "${text}"`,
  );
}

export function textFlag(options: Options, name: string): string | undefined {
  const text = options[name];
  return typeof text === "string" ? text : undefined;
}

/** Values of a variadic flag. */
export function wordsFlag(options: Options, name: string): readonly string[] {
  const words = options[name];
  return Array.isArray(words) ? words.filter((word): word is string => typeof word === "string") : [];
}

export function minRatingFlag(options: Options): number | undefined {
  return numberFlag(options, "minRating", { least: 0, most: 1 });
}

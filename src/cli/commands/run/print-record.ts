import type { ConfigFolders } from "../../../config/read-folders.ts";
import type { RunRecord } from "../../../contracts/run-record.ts";
import { asTyped, type CliContext, lookOf } from "../../context.ts";
import { usualFolders } from "../../session/workspace.ts";
import type { Settings } from "../../settings.ts";
import { folderFlags, nextCommands } from "../../terminal/next-commands.ts";
import { runOutput } from "./output.ts";
import { renderSummary } from "./render-summary.ts";

/** Prints a run: as JSON with `--json`, else its summary. */
export async function printRecord(
  record: RunRecord,
  folders: ConfigFolders,
  settings: Settings,
  context: CliContext,
): Promise<void> {
  context.stdout.write(
    settings.json === true
      ? `${JSON.stringify(runOutput(record), null, 2)}\n`
      : await summaryOf(record, folders, settings, context),
  );
}

/** The summary table with the next commands. */
export async function summaryOf(
  record: RunRecord,
  folders: ConfigFolders,
  settings: Settings,
  context: CliContext,
): Promise<string> {
  const flags = folderFlags(context.cwd, folders, await usualFolders(context));
  const look = lookOf(context, context.stdout, settings);
  return asTyped(
    renderSummary(record, look, { isVerbose: settings.verbose === true, next: nextCommands(record, flags) }),
    context,
  );
}

import { join, relative } from "node:path";
import { type FolderTraceStore, openTraceStore } from "../../../traces/open-trace-store.ts";
import { type CliContext, type Look, lookOf } from "../../context.ts";
import { readWorkspace } from "../../session/workspace.ts";
import { countOf } from "../../terminal/format.ts";
import { printNotices } from "../../terminal/notices.ts";

/** Common services of the trace commands. */
interface TracesCommand {
  readonly store: FolderTraceStore;
  readonly folder: string;
  readonly isJson: boolean;
  readonly look: Look;
  /** Prints the value as JSON under `--json`, else the text. */
  print(value: unknown, text: () => string): void;
  /** Prints skipped unreadable lines to stderr. */
  warnUnreadable(): void;
}

export async function openTracesCommand(
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<TracesCommand> {
  const { settings, statePath } = await readWorkspace(options, context);
  const folder = join(statePath, "traces");
  const isJson = settings.json === true;
  const unreadable = new Map<string, number>();
  return {
    store: openTraceStore({
      folder,
      clock: context.clock,
      onUnreadable: (file) => unreadable.set(file, (unreadable.get(file) ?? 0) + 1),
    }),
    folder,
    isJson,
    look: lookOf(context, context.stdout, settings),
    print: (value, text) => context.stdout.write(isJson ? `${JSON.stringify(value, null, 2)}\n` : text()),
    warnUnreadable() {
      const warnings = [...unreadable].map(
        ([file, count]) => `${relative(context.cwd, file)}: ${countOf(count, "line")} unreadable, skipped`,
      );
      printNotices(context, lookOf(context, context.stderr, settings), { warnings, notes: [] });
    },
  };
}

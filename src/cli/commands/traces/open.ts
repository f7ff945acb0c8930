import { join, relative } from "node:path";
import type { LiveTraceStore } from "../../../contracts/trace-store.ts";
import { readPostgresAddress } from "../../../postgres/postgres-address.ts";
import { openTraces } from "../../../traces/open-traces.ts";
import { type CliContext, type Look, lookOf } from "../../context.ts";
import { readWorkspace, type Workspace } from "../../session/workspace.ts";
import { countOf } from "../../terminal/format.ts";
import { printNotices } from "../../terminal/notices.ts";

/** Common services of the trace commands. */
interface TracesCommand {
  readonly store: LiveTraceStore;
  readonly workspace: Workspace;
  /** The folder or database, for messages. */
  readonly place: string;
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
  const workspace = await readWorkspace(options, context);
  const { settings, statePath, tracesUrl, environment } = workspace;
  const isJson = settings.json === true;
  const unreadable = new Map<string, number>();
  return {
    store: await openTraces(workspace, {
      clock: context.clock,
      onUnreadable: (file) => unreadable.set(file, (unreadable.get(file) ?? 0) + 1),
    }),
    workspace,
    place:
      tracesUrl === undefined
        ? join(statePath, "traces")
        : readPostgresAddress(tracesUrl.reveal(), environment(), "state.traces").shown,
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

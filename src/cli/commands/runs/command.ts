import { z } from "zod";
import { NotFoundError } from "../../../core/errors.ts";
import { openRunStore } from "../../../run/store/run-store.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { readWorkspace } from "../../session/workspace.ts";
import type { Column } from "../../terminal/fit-columns.ts";
import { formatCount, formatSeconds, formatUsd, unknown } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { printRecord } from "../run/print-record.ts";
import { showRunState } from "./text.ts";

/** Output of `runs list --json`. */
export const runsListOutputSchema = z.array(
  z.object({
    run: z.string(),
    config: z.string(),
    status: z.enum(["running", "completed", "budget", "interrupted", "failed"]),
    started_at: z.string(),
    seconds: z.number().nullable(),
    calls: z.int().nullable(),
    usd: z.number().nullable(),
    improved: z.int().nullable(),
    optimizations: z.int().nullable(),
    path: z.string(),
  }),
);

type RunLine = z.infer<typeof runsListOutputSchema>[number];

export async function runsListCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { settings, statePath } = await readWorkspace(options, context);
  const runs = await openRunStore(statePath, context).list();
  const output = runs.map(({ run, path, config, startedAt, running, result }): RunLine => {
    const line = { run, config, started_at: startedAt, path };
    if (result !== null) return { ...line, ...result };
    const unknowns = { seconds: null, calls: null, usd: null, improved: null, optimizations: null };
    if (running !== null) return { ...line, status: "running", ...unknowns, calls: running.progress.calls };
    return { ...line, status: "interrupted", ...unknowns };
  });
  if (settings.json === true) {
    context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
    return exitDone;
  }
  if (output.length === 0) {
    context.stdout.write(`no runs in ${statePath}\n`);
    return exitDone;
  }
  const rows = output.map((one) => [
    one.run,
    one.config,
    one.started_at.replace("T", " ").slice(0, 16),
    one.calls === null ? unknown : formatCount(one.calls),
    formatUsd(one.usd),
    one.seconds === null ? unknown : formatSeconds(one.seconds),
    one.improved === null ? unknown : `${one.improved} of ${one.optimizations}`,
    one.status,
  ]);
  const columns: readonly Column[] = [
    { title: "Run" },
    { title: "Config", least: 8, leaves: 5 },
    // The run's id starts with it.
    { title: "Started (UTC)", leaves: 1 },
    { title: "Calls", align: "right", leaves: 4 },
    { title: "Cost", align: "right", leaves: 3 },
    { title: "Time", align: "right", leaves: 2 },
    { title: "Improved" },
    { title: "Status" },
  ];
  context.stdout.write(renderTable(columns, rows, lookOf(context, context.stdout, settings)));
  return exitDone;
}

export async function runsShowCommand(
  [run]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { settings, ...folders } = await readWorkspace(options, context);
  const { statePath } = folders;
  const runStore = openRunStore(statePath, context);
  const wanted = run ?? (await runStore.list())[0]?.run;
  if (wanted === undefined)
    throw new NotFoundError("run", "newest", [], { hint: `there is no run in ${statePath}` });
  const folder = await runStore.find(wanted);
  const running = await runStore.running(folder);
  const record = running === undefined ? await runStore.readRecord(folder) : undefined;
  if (record === undefined) {
    await showRunState(runStore, folder, running, settings, context);
    return exitDone;
  }
  await printRecord(record, folders, settings, context);
  return exitDone;
}

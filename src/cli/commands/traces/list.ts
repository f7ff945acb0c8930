import type { Trace } from "../../../core/trace.ts";
import { readFilter } from "../../../traces/read-trace-filter.ts";
import { resolveTrace } from "../../../traces/resolve-trace.ts";
import { recordOfTrace } from "../../../traces/trace-record.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { printNotices } from "../../terminal/notices.ts";
import { openTracesCommand } from "./open.ts";
import { readLimit } from "./read-limit.ts";
import { renderTrace, renderTraceTable } from "./text.ts";

const usualLimit = 50;

/** `traces list` */
export async function tracesListCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const filter = readFilter(options, context.clock.now());
  const isConversation = filter.chatId !== undefined || filter.chainId !== undefined;
  const limit = readLimit(options) ?? (isConversation ? Number.POSITIVE_INFINITY : usualLimit);
  const { store, place, look, print, warnUnreadable } = await openTracesCommand(options, context);
  const traces: Trace[] = [];
  let isMore = false;
  for await (const trace of store.list(filter, { newestFirst: !isConversation })) {
    isMore = traces.length === limit;
    if (isMore) break;
    traces.push(trace);
  }
  print(traces.map(recordOfTrace), () =>
    traces.length === 0 ? `no such traces in ${place}\n` : renderTraceTable(traces, look),
  );
  warnUnreadable();
  if (isMore) {
    const which = isConversation ? "first" : "newest";
    printNotices(context, look, {
      warnings: [],
      notes: [`the ${which} ${limit}; there are more: --limit ${limit * 2}, or --limit 0 for all`],
    });
  }
  return exitDone;
}

/** `traces show` */
export async function tracesShowCommand(
  [key = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { store, look, print } = await openTracesCommand(options, context);
  const trace = await resolveTrace(store, key);
  print(recordOfTrace(trace), () => renderTrace(trace, look));
  return exitDone;
}

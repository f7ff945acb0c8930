import type { Trace } from "../../../core/trace.ts";
import { readFilter } from "../../../traces/read-trace-filter.ts";
import { recordOfTrace } from "../../../traces/trace-record.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { openTracesCommand } from "./open.ts";
import { readLimit } from "./read-limit.ts";
import { renderTraceLine } from "./text.ts";

const usualLimit = 10;

/** `traces tail`: follows until Ctrl-C. */
export async function tracesTailCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const filter = readFilter(options, context.clock.now());
  const limit = options["limit"] === "0" ? 0 : (readLimit(options) ?? usualLimit);
  const { store, isJson, look, warnUnreadable } = await openTracesCommand(options, context);
  const print = (trace: Trace): void =>
    context.stdout.write(
      isJson ? `${JSON.stringify(recordOfTrace(trace))}\n` : `${renderTraceLine(trace, look)}\n`,
    );
  const ending = new AbortController();
  const forget = context.onSignal(() => ending.abort());
  try {
    // Start following before reading earlier traces, so that none is missed or repeated.
    const followed = await store.follow(filter, { signal: ending.signal });
    const before: Trace[] = [];
    if (limit > 0) {
      for await (const trace of store.list(filter, { newestFirst: true })) {
        if (before.push(trace) >= limit) break;
      }
    }
    const printed = new Set(before.map(({ traceId }) => traceId));
    for (const trace of before.reverse()) print(trace);
    for await (const trace of followed) if (!printed.delete(trace.traceId)) print(trace);
  } finally {
    forget();
  }
  warnUnreadable();
  return exitDone;
}

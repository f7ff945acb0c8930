import type { TraceFilter } from "../../../contracts/trace-store.ts";
import { UsageError } from "../../../core/errors.ts";
import { readFilter } from "../../../traces/read-trace-filter.ts";
import { resolveTrace } from "../../../traces/resolve-trace.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { countOf } from "../../terminal/format.ts";
import { openTracesCommand } from "./open.ts";

/** `traces delete` */
export async function tracesDeleteCommand(
  keys: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const wanted = readFilter(options, context.clock.now());
  if (keys.length === 0 && Object.keys(wanted).length === 0) {
    throw new UsageError("no traces selected: pass ids or a filter such as --until 90d", {
      hint: "preview the selection with `dao-opt traces list`",
    });
  }
  const { store, isJson, print, warnUnreadable } = await openTracesCommand(options, context);
  const ids: string[] = [];
  for (const key of keys) ids.push((await resolveTrace(store, key)).traceId);
  const filter: TraceFilter = keys.length === 0 ? wanted : { ...wanted, ids };
  const isSure = options["yes"] === true || (await isConfirmed(filter));
  const deleted = isSure ? await store.remove(filter) : 0;
  print({ deleted }, () => (isSure ? `${countOf(deleted, "trace")} deleted\n` : "nothing was deleted\n"));
  warnUnreadable();
  return exitDone;

  async function isConfirmed(which: TraceFilter): Promise<boolean> {
    let count = 0;
    for await (const _trace of store.list(which)) count++;
    if (count === 0) return true;
    if (context.ask === undefined || isJson) {
      throw new UsageError(`${countOf(count, "trace")} would be deleted permanently: confirm with --yes`, {
        hint: "there is no terminal to ask for confirmation",
      });
    }
    const answer = await context.ask(`Delete ${countOf(count, "trace")} permanently? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  }
}

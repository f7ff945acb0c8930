import { resolveTrace } from "../../../traces/resolve-trace.ts";
import { recordOfTrace } from "../../../traces/trace-record.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { openTracesCommand } from "./open.ts";
import { renderTrace } from "./trace-text.ts";

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

import type { TraceLosses } from "../../contracts/trace-store.ts";
import type { CliContext, Look } from "../context.ts";
import { countOf } from "./format.ts";
import { printNotices } from "./notices.ts";

/** Tells on stderr what of the traces could not be kept. */
export function printLosses(context: CliContext, look: Look, { count, reason }: TraceLosses): void {
  if (count === 0) return;
  const why = reason === undefined ? "" : `: ${reason}`;
  printNotices(context, look, {
    warnings: [`${countOf(count, "trace")} could not be kept${why}`],
    notes: [],
  });
}

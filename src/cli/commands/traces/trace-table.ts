import stringWidth from "fast-string-width";
import type { Trace } from "../../../core/trace.ts";
import type { Look } from "../../context.ts";
import { unknown } from "../../terminal/format.ts";
import { printable } from "../../terminal/printable.ts";
import { shortened } from "../../terminal/shortened.ts";
import { renderTable } from "../../terminal/table.ts";
import { answerOf, latencyOf, promptOf, ratingOf, whenOf } from "./trace-figures.ts";

const [narrowestAnswer, widestAnswer] = [24, 80];
const answerAt = 4;

/** A row for each trace; the answer takes what room there is, for it is only a beginning of it. */
export function renderTraceTable(traces: readonly Trace[], look: Look): string {
  const titles = ["Trace", "Started (UTC)", "Prompt", "Model", "Answer", "Time", "Rating"];
  const rows = traces.map((trace) =>
    [
      trace.traceId,
      whenOf(trace),
      promptOf(trace),
      trace.model ?? unknown,
      answerOf(trace),
      latencyOf(trace),
      ratingOf(trace),
    ].map(printable),
  );
  const others = titles.map((title, at) =>
    Math.max(...[[...titles], ...rows].map((row) => stringWidth(row[at] ?? title))),
  );
  const taken =
    others.reduce((sum, width, at) => (at === answerAt ? sum : sum + width), 0) + titles.length * 3 + 1;
  const room = Math.min(widestAnswer, Math.max(narrowestAnswer, look.columns - taken));
  return renderTable(
    titles.map((title) => ({
      title,
      ...(["Time", "Rating"].includes(title) ? { align: "right" as const } : {}),
    })),
    rows.map((row) => row.map((cell, at) => (at === answerAt ? shortened(cell, room) : cell))),
    look,
  );
}

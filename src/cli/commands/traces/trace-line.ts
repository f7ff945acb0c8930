import type { Trace } from "../../../core/trace.ts";
import type { Look } from "../../context.ts";
import { unknown } from "../../terminal/format.ts";
import { printable } from "../../terminal/printable.ts";
import { shortened } from "../../terminal/shortened.ts";
import { answerOf, latencyOf, promptOf, whenOf } from "./trace-figures.ts";

/** A trace on one line, as `tail` tells it; on a terminal no longer than that. */
export function renderTraceLine(trace: Trace, look: Look): string {
  const parts = [
    whenOf(trace),
    trace.traceId,
    promptOf(trace),
    trace.model ?? unknown,
    latencyOf(trace),
    answerOf(trace),
  ];
  return shortened(printable(parts.join("  ")), look.columns);
}

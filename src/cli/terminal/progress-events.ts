import type { RunEvent } from "../../contracts/events.ts";
import { isFault, type ProgressState, waitSeconds } from "../../run/progress/progress-state.ts";
import type { RunOutlook } from "../../run/progress/time-left.ts";
import { countOf, formatScore } from "./format.ts";
import { callsText } from "./progress-line.ts";
import { shortened } from "./shorten.ts";

const longestReason = 80;

/** The line that an event leaves above the progress line, or in the log; undefined if it leaves none, as most do. */
export function describeEvent(
  state: ProgressState,
  event: RunEvent["event"],
  outlook: () => RunOutlook,
  { isLog, isVerbose, time }: { readonly isLog: boolean; readonly isVerbose: boolean; time(): string },
): string | undefined {
  switch (event.type) {
    case "phase-started":
      return startedText(event, isLog);
    case "base-measured":
      return `base ${formatScore(event.validation)} on ${countOf(event.rows, "validation row")}${isLog ? `; ${callsText(outlook())}` : ""}`;
    case "step-finished":
      return stepText(state, event, isLog);
    case "waiting":
    case "retrying": {
      const text = waitedText(event);
      return isLog ? text : `${time()} ${text}`;
    }
    case "answer-awaited":
    case "queue-note":
      return isLog ? event.message : `${time()} ${event.message}`;
    case "candidate-accepted":
      return isVerbose ? `accepted ${event.candidate} (${formatScore(event.validation)})` : undefined;
    case "candidate-rejected":
      return isVerbose ? `rejected ${event.candidate ?? "a reply"}: ${event.reason}` : undefined;
    case "reflection-failed":
      return isVerbose ? `reflection failed: ${event.reason}` : undefined;
    case "row-failed":
      return isVerbose ? `row ${event.example} failed: ${event.message}` : undefined;
    case "engine-note":
      return isVerbose ? event.message : undefined;
    default:
      return undefined;
  }
}

/** Base and search are seen in what they measure; the other phases may take long before they do. */
function startedText(
  { phase, rows }: Extract<RunEvent["event"], { type: "phase-started" }>,
  isLog: boolean,
): string | undefined {
  const on = rows === undefined ? "" : ` on ${countOf(rows, phase === "gate" ? "held-out row" : "row")}`;
  if (phase === "gate") return `proof${on}`;
  return isLog && phase !== "search" && phase !== "base"
    ? `${phase === "source" ? "source model" : phase}${on}`
    : undefined;
}

/** `step 2  best 0.822 (base 0.300)  1 accepted of 4, 3 same text as the parent` */
function stepText(
  { base, steps, accepted, rejected }: ProgressState,
  { step, validation }: Extract<RunEvent["event"], { type: "step-finished" }>,
  isLog: boolean,
): string {
  const beside = base === undefined ? "" : ` (base ${formatScore(base)})`;
  const causes = [...rejected].sort(([, some], [, more]) => more - some);
  const all = accepted + causes.reduce((sum, [, count]) => sum + count, 0);
  const counts =
    all === 0
      ? "no rewrite"
      : [`${accepted} accepted of ${all}`, ...causes.map(([cause, count]) => `${count} ${cause}`)].join(", ");
  const name = `step ${step}${isLog && steps !== undefined ? ` of ${steps}` : ""}`;
  const parts = [name, `best ${formatScore(validation)}${beside}`, counts];
  return parts.join(isLog ? "; " : "  ");
}

/** The reason in one line; most name their model. */
function namedReason(model: string, reason: string): string {
  const text = reason.replace(/\s+/g, " ");
  return text.startsWith(model) ? text : `${model}: ${text}`;
}

/** `offline/large returned 429; retry 2 of 5 in 12 s` */
function waitedText(event: Extract<RunEvent["event"], { type: "waiting" | "retrying" }>): string {
  const { model, status, reason, seconds } = event;
  const what = isFault(status)
    ? `${model} returned ${status}`
    : shortened(namedReason(model, reason), longestReason);
  const isCounted = event.type === "retrying" && event.attempt !== undefined;
  const of = isCounted && event.of !== undefined && event.attempt <= event.of ? ` of ${event.of}` : "";
  const retry = isCounted ? `retry ${event.attempt}${of}` : "waiting for its rate limit";
  return isCounted
    ? `${what}; ${retry} in ${waitSeconds(seconds)}`
    : `${what}; ${retry}, ${waitSeconds(seconds)}`;
}

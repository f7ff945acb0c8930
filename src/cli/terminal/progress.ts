import type { RunEvent, RunListener } from "../../contracts/events.ts";
import { applyEvent, closeStep, freshProgress, type PlannedWork } from "../../run/progress/progress-state.ts";
import { outlookOf } from "../../run/progress/time-left.ts";
import type { CliContext, Look } from "../context.ts";
import type { Settings } from "../settings.ts";
import { withConsoleSigns } from "./console-signs.ts";
import { renderNotice } from "./notices.ts";
import { describeEvent } from "./progress-events.ts";
import { headOf, renderProgressLine, renderProgressLog } from "./progress-line.ts";
import { wrapText } from "./wrap.ts";

/** Shows progress on stderr: one line that is rewritten on terminals, a log otherwise. */
interface Progress {
  readonly listen: RunListener;
  stop(): void;
}

/** `warnings`: no progress, but what the user must know of while the command runs. */
type ProgressShown = "all" | "warnings" | "nothing";

/** Events on stderr replace the progress output. */
export function progressShown({ quiet, progress, events }: Settings): ProgressShown {
  if (quiet === true || events === "-") return "nothing";
  return progress === false ? "warnings" : "all";
}

interface ProgressOptions {
  readonly look: Look;
  readonly shows: ProgressShown;
  readonly isVerbose: boolean;
  /** Planned work of an optimization, for the total and the time left. */
  readonly plannedWork: (optimization: string) => PlannedWork | undefined;
  /** The most that the run may cost, in USD. */
  readonly capUsd?: () => number | undefined;
}

/** A log has a line every 10 s or 10 % of the calls, whichever is first; fast runs do not flood it. */
const plainEveryMs = 10_000;
const leastPlainMs = 1000;
const plainShare = 0.1;
/** Keeps slow models from looking like a hang. */
const aliveEveryMs = 1000;
/** Calls that fail together are retried together: one line for each model in this time. */
const retriesEveryMs = 5000;
export const usualColumns = 80;
/** The frame of the spinner, its space, and the last column, where old Windows consoles wrap. */
const spinnerColumns = 3;

export async function startProgress(context: CliContext, options: ProgressOptions): Promise<Progress> {
  const { look, shows } = options;
  if (shows === "nothing") return { listen: () => {}, stop: () => {} };
  const spinner = shows === "all" ? await openSpinner(context, look) : undefined;
  const now = () => context.clock.monotonicMs();
  const state = freshProgress(now());
  const shown = { lastMs: now(), calls: 0, isHintGiven: false, retriesMs: new Map<string, number>() };

  const outlook = () => outlookOf(state, options.plannedWork, now());
  const printed = (text: string): void => {
    spinner?.clear();
    const columns = Number.isFinite(look.columns) ? columnsNow(context) - 1 : look.columns;
    context.stderr.write(`${wrapText(withConsoleSigns(text, look), columns)}\n`);
  };
  /** One event: below the optimization's name on a terminal, after time and name in a log. */
  const line = (text: string): void => {
    if (spinner !== undefined) {
      printed(`  ${text}`);
      return;
    }
    printed(`${timeOf(context)} ${headOf(state, true)}${text}`);
    shown.lastMs = now();
    shown.calls = outlook().calls;
  };
  const status = () => ({ nowMs: now(), capUsd: options.capUsd?.() });
  const redraw = (): void => {
    // Nothing to show before the first phase.
    if (state.phase === undefined || shows === "warnings") return;
    if (spinner !== undefined) {
      const columns = columnsNow(context) - spinnerColumns;
      const text = renderProgressLine(state, outlook(), { ...status(), columns });
      spinner.text = withConsoleSigns(text, look);
      if (!spinner.isSpinning) spinner.start();
      return;
    }
    const sinceMs = now() - shown.lastMs;
    if (sinceMs < leastPlainMs) return;
    const { calls, likelyCalls } = outlook();
    const isTenth = likelyCalls !== undefined && calls - shown.calls >= likelyCalls * plainShare;
    if (sinceMs >= plainEveryMs || isTenth) line(renderProgressLog(state, outlook(), status()));
  };
  const isRetryShown = (event: RunEvent["event"]): boolean => {
    if (event.type !== "retrying") return true;
    const lastMs = shown.retriesMs.get(event.model) ?? Number.NEGATIVE_INFINITY;
    if (now() - lastMs < retriesEveryMs) return false;
    shown.retriesMs.set(event.model, now());
    return true;
  };

  const alive = setInterval(redraw, aliveEveryMs);
  alive.unref();
  const stop = () => {
    clearInterval(alive);
    spinner?.stop();
  };

  return {
    listen(run) {
      const { event, optimization } = run;
      applyEvent(state, run, now());
      if (event.type === "warning") {
        const message = optimization === undefined ? event.message : `${optimization}: ${event.message}`;
        spinner?.clear();
        context.stderr.write(renderNotice("warning", message, look));
      }
      const isNeeded = event.type === "queue-note" || event.type === "answer-awaited";
      if (shows === "warnings" && !isNeeded) return;
      if (event.type === "optimization-started" && spinner !== undefined && state.names.length > 1)
        printed(headOf(state, false).replace(/: $/, ""));
      const text = describeEvent(state, event, outlook, {
        isLog: spinner === undefined,
        isVerbose: options.isVerbose,
        time: () => timeOf(context),
      });
      if (text !== undefined && isRetryShown(event)) line(text);
      if (event.type === "waiting" && !shown.isHintGiven) {
        shown.isHintGiven = true;
        line(`to stay below the limit, add to the model in the config: ${limitsExample}`);
      }
      if (event.type === "step-finished") closeStep(state);
      if (event.type === "run-finished") stop();
      else redraw();
    },
    stop,
  };
}

const limitsExample = "limits: { requests_per_minute: …, tokens_per_minute: … }";

function columnsNow({ stderr }: CliContext): number {
  return stderr.columns || usualColumns;
}

/** The time of day, for lines that stay: `12:59:21`. */
function timeOf({ clock }: CliContext): string {
  return clock.now().toTimeString().slice(0, 8);
}

/** Undefined if there is no terminal for it. */
export async function openSpinner(context: CliContext, look: Look) {
  const { stream } = context.stderr;
  if (!look.hasSpinner || stream === undefined) return undefined;
  const { default: ora } = await import("ora");
  return ora({
    stream: withSize(stream),
    discardStdin: false,
    ...(look.isAscii === true ? { spinner: "line" as const } : {}),
  });
}

/** The spinner divides by the width in every frame, so a resized terminal must not report 0. */
function withSize(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return new Proxy(stream, {
    get(target, name) {
      if (name === "columns") return target.columns > 0 ? target.columns : usualColumns;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

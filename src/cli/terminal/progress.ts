import type { RunEvent, RunListener, RunPhase } from "../../contracts/events.ts";
import type { CliContext, Look } from "../context.ts";
import { formatCount, formatScore, formatSeconds, formatUsd } from "./format.ts";
import { renderNotice } from "./notices.ts";

/** Shows progress on stderr: a spinner on terminals, plain lines otherwise. */
interface Progress {
  readonly listen: RunListener;
  stop(): void;
}

interface ProgressOptions {
  readonly look: Look;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  /** Planned work of an optimization, for the total and the ETA. */
  readonly plannedWork: (optimization: string) => PlannedWork | undefined;
}

export interface PlannedWork {
  readonly calls: number;
  /** Estimated from measured times; absent if they are unknown. */
  readonly seconds?: number | undefined;
}

const phaseWords: Readonly<Record<RunPhase, string>> = {
  base: "base",
  search: "search",
  gate: "gate on held-out rows",
  source: "source model",
  evaluation: "evaluation",
  collection: "collection",
};
export const plainEveryMs = 5000;
/** Keeps slow models from looking like a hang. */
const aliveEveryMs = { spinner: 1000, plain: 30_000 };
export const usualColumns = 80;

interface Shown {
  optimization: string;
  phase: string;
  step: string;
  best: number | undefined;
  calls: number;
  usd: number | null;
  sinceMs: number;
  isLimitsHintGiven: boolean;
}

export async function startProgress(context: CliContext, options: ProgressOptions): Promise<Progress> {
  if (options.isQuiet) return { listen: () => {}, stop: () => {} };
  const spinner = await openSpinner(context, options.look);
  const shown: Shown = {
    optimization: "",
    phase: "",
    step: "",
    best: undefined,
    calls: 0,
    usd: 0,
    sinceMs: 0,
    isLimitsHintGiven: false,
  };
  let lastPlainMs = context.clock.monotonicMs();

  const line = (text: string): void => {
    if (spinner === undefined) {
      context.stderr.write(`${text}\n`);
      return;
    }
    spinner.clear();
    context.stderr.write(`${text}\n`);
  };
  const columnsNow = (): number => context.stderr.columns || usualColumns;
  const redraw = (): void => {
    // Nothing to show before the first phase.
    if (shown.phase === "") return;
    const nowMs = context.clock.monotonicMs();
    if (spinner !== undefined) {
      spinner.text = cutToWidth(statusLine(shown, options, nowMs), columnsNow() - 3);
      if (!spinner.isSpinning) spinner.start();
      return;
    }
    if (nowMs - lastPlainMs < plainEveryMs) return;
    lastPlainMs = nowMs;
    line(statusLine(shown, options, nowMs));
  };

  const alive = setInterval(redraw, spinner === undefined ? aliveEveryMs.plain : aliveEveryMs.spinner);
  alive.unref();

  return {
    listen({ optimization, event }) {
      if (event.type === "optimization-started") {
        Object.assign(shown, {
          optimization: optimization ?? "",
          phase: "start",
          step: "",
          best: undefined,
          calls: 0,
          usd: 0,
        });
        shown.sinceMs = context.clock.monotonicMs();
        lastPlainMs = shown.sinceMs;
      }
      if (event.type === "warning") {
        const message = optimization === undefined ? event.message : `${optimization}: ${event.message}`;
        line(renderNotice("warning", message, options.look).trimEnd());
      }
      const text = applyEvent(event, shown, options.isVerbose);
      if (text !== undefined) line(`${shown.optimization === "" ? "" : `${shown.optimization}  `}${text}`);
      if (event.type !== "run-finished") redraw();
      else {
        clearInterval(alive);
        spinner?.stop();
      }
    },
    stop: () => {
      clearInterval(alive);
      spinner?.stop();
    },
  };
}

/** Undefined if there is no terminal for it. */
export async function openSpinner(context: CliContext, look: Look) {
  const { stream } = context.stderr;
  if (!look.hasSpinner || stream === undefined) return undefined;
  const { default: ora } = await import("ora");
  return ora({ stream: withSize(stream), discardStdin: false });
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

/** Applies an event to the status; returns a line to print, if any. */
function applyEvent(event: RunEvent["event"], shown: Shown, isVerbose: boolean): string | undefined {
  switch (event.type) {
    case "phase-started":
      shown.phase = phaseWords[event.phase];
      shown.step = "";
      return `${shown.phase}${event.rows === undefined ? "" : `: ${formatCount(event.rows)} rows`}`;
    case "step-started":
      shown.step = `step ${event.step}${event.of === undefined || !Number.isFinite(event.of) ? "" : `/${event.of}`}`;
      return undefined;
    case "step-finished":
      shown.best = event.validation;
      return `step ${event.step}: best ${formatScore(event.validation)} on validation rows`;
    case "call-finished":
      shown.calls = event.spend.calls + event.spend.cachedCalls;
      shown.usd = event.spend.usd;
      return undefined;
    case "waiting":
      return waitingText(event, shown);
    case "retrying":
      return isVerbose
        ? `${event.model}: retrying in ${shownSeconds(event.seconds)}: ${event.reason}`
        : undefined;
    case "candidate-accepted":
      return isVerbose ? `accepted ${event.candidate} (${formatScore(event.validation)})` : undefined;
    case "candidate-rejected":
      return isVerbose ? `rejected ${event.candidate ?? "a reply"}: ${event.reason}` : undefined;
    case "reflection-failed":
      return `reflection failed: ${event.reason}`;
    case "row-failed":
      return isVerbose ? `row ${event.example} failed: ${event.message}` : undefined;
    case "engine-note":
      return isVerbose ? event.message : undefined;
    default:
      return undefined;
  }
}

/** The waiting message; the first one includes a hint on limits. */
function waitingText(
  { model, seconds, reason }: Extract<RunEvent["event"], { type: "waiting" }>,
  shown: Shown,
): string {
  const wait = `waiting ${shownSeconds(seconds)} for the rate limit of ${model}`;
  if (shown.isLimitsHintGiven) return wait;
  shown.isLimitsHintGiven = true;
  return `${wait}: ${reason}\n  to stay below it, add to the model in the config: limits: { requests_per_minute: …, tokens_per_minute: … }`;
}

/** `20 s`: the provider's value, rounded if above one second. */
function shownSeconds(seconds: number): string {
  return `${seconds >= 1 ? Math.round(seconds) : seconds} s`;
}

function statusLine(shown: Shown, options: ProgressOptions, nowMs: number): string {
  const planned = options.plannedWork(shown.optimization);
  const total = planned === undefined || planned.calls < shown.calls ? undefined : planned.calls;
  const elapsed = (nowMs - shown.sinceMs) / 1000;
  const eta = total === undefined ? undefined : secondsLeft(shown.calls, total, elapsed, planned?.seconds);
  return [
    shown.optimization,
    shown.phase,
    shown.step,
    shown.best === undefined ? "" : `best ${formatScore(shown.best)}`,
    `${formatCount(shown.calls)}${total === undefined ? "" : `/~${formatCount(total)}`} calls`,
    shown.usd === null ? "" : formatUsd(shown.usd),
    eta === undefined ? formatSeconds(elapsed) : `ETA ${formatSeconds(eta)}`,
  ]
    .filter((part) => part !== "")
    .join("  ");
}

/**
 * Seconds for the remaining calls: as planned at first, and as observed towards the end. Undefined if nothing was
 * planned or observed.
 */
function secondsLeft(
  done: number,
  total: number,
  elapsed: number,
  plannedSeconds: number | undefined,
): number | undefined {
  const share = total === 0 ? 1 : done / total;
  const asPlanned = plannedSeconds === undefined ? undefined : plannedSeconds * (1 - share);
  if (done === 0) return asPlanned;
  const asObserved = (elapsed / done) * (total - done);
  return asPlanned === undefined ? asObserved : (1 - share) * asPlanned + share * asObserved;
}

export function cutToWidth(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}

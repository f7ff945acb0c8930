import stringWidth from "fast-string-width";
import type { ProgressState } from "../../run/progress/progress-state.ts";
import type { RunOutlook } from "../../run/progress/time-left.ts";
import { formatCents, formatCount, formatScore } from "./format.ts";
import { shortened, shortenedInMiddle } from "./shorten.ts";

const longestName = 24;

/**
 * The line that is redrawn, at most `columns` wide. If it is too long, its parts leave in this order: cap, base, likely
 * calls, spend, calls. Phase, best and time stay.
 */
export function renderProgressLine(
  state: ProgressState,
  outlook: RunOutlook,
  {
    columns,
    nowMs,
    capUsd,
  }: { readonly columns: number; readonly nowMs: number; readonly capUsd: number | undefined },
): string {
  const head = headOf(state, false);
  const wait = state.wait !== undefined && nowMs < state.wait.untilMs ? state.wait : undefined;
  const time = timeText(outlook, state, nowMs);
  const usd = outlook.usd === null ? "" : formatCents(outlook.usd);
  const calls = `${formatCount(outlook.calls)} calls`;
  const likely =
    outlook.likelyCalls === undefined
      ? calls
      : `${formatCount(outlook.calls)}/~${formatCount(outlook.likelyCalls)} calls`;
  const best = bestText(state, true);
  const bare = bestText(state, false);
  const join = (...parts: readonly string[]) => `${head}${parts.filter((part) => part !== "").join(", ")}`;
  if (wait !== undefined) {
    const waits = `${head}waits ${leftOf(wait, nowMs)}`;
    const all = [`${waits}, ${likely}, ${time}`, `${waits}, ${calls}`, waits, waits.replace(/ \(.*\)$/, "")];
    return all.find((text) => stringWidth(text) <= columns) ?? shortened(all.at(-1) ?? "", columns);
  }
  const phase = phaseText(state);
  const variants = [
    ...(usd === "" || capUsd === undefined
      ? []
      : [
          join(phase, best, likely, `${usd} of ${formatCents(capUsd)}`, time),
          join(phase, best, likely, `${briefUsd(usd)}/${briefUsd(formatCents(capUsd))}`, time),
        ]),
    join(phase, best, likely, usd, time),
    join(phase, bare, likely, usd, time),
    join(phase, bare, calls, usd, time),
    join(phase, bare, calls, time),
    join(phase, bare, time),
  ];
  const fitting = variants.find((text) => stringWidth(text) <= columns);
  return fitting ?? shortened(variants.at(-1) ?? "", columns);
}

/** One line of a log: every part, and the optimization's place among all. */
export function renderProgressLog(
  state: ProgressState,
  outlook: RunOutlook,
  { nowMs, capUsd }: { readonly nowMs: number; readonly capUsd: number | undefined },
): string {
  const spent = outlook.usd === null ? "" : formatCents(outlook.usd);
  const wait =
    state.wait !== undefined && nowMs < state.wait.untilMs ? `waiting ${leftOf(state.wait, nowMs)}` : "";
  const left =
    outlook.secondsLeft === undefined
      ? `${roughTime((nowMs - state.startedMs) / 1000)} so far`
      : `about ${roughTime(outlook.secondsLeft)} left`;
  return [
    phaseText(state, " of "),
    bestText(state, true, "best "),
    wait,
    callsText(outlook),
    spent === "" || capUsd === undefined ? spent : `${spent} of ${formatCents(capUsd)}`,
    left,
  ]
    .filter((part) => part !== "")
    .join("; ");
}

export function callsText({ calls, likelyCalls }: RunOutlook): string {
  return likelyCalls === undefined
    ? `${formatCount(calls)} calls`
    : `${formatCount(calls)} of ~${formatCount(likelyCalls)} calls`;
}

/** `by_gepa 1/4: `; in logs `by_gepa (1 of 4): `. */
export function headOf({ names, optimization }: ProgressState, isLog: boolean): string {
  if (optimization === "") return "";
  const name = isLog ? optimization : shortenedInMiddle(optimization, longestName);
  const at = names.indexOf(optimization);
  if (names.length < 2 || at < 0) return `${name}: `;
  return isLog ? `${name} (${at + 1} of ${names.length}): ` : `${name} ${at + 1}/${names.length}: `;
}

const phaseWords = {
  start: "start",
  base: "base",
  search: "search",
  gate: "proof",
  source: "source model",
  evaluation: "evaluation",
  collection: "collection",
} as const;

/** `base, 41 of 90 rows`, `step 4/4`, `proof, 130 of 180 answers`. */
function phaseText({ phase, rows, answers, step, steps }: ProgressState, of = "/"): string {
  if (phase === undefined) return "";
  const word = phaseWords[phase];
  if (phase === "search") {
    if (step === undefined) return word;
    const text = `step ${step}${steps === undefined ? "" : `${of}${steps}`}`;
    return of === "/" ? text : `${word}, ${text}`;
  }
  if (rows === undefined) return word;
  // The gate asks base and winner.
  const wanted = phase === "gate" ? 2 * rows : rows;
  const unit = phase === "gate" ? "answers" : "rows";
  return `${word}, ${formatCount(Math.min(answers, wanted))} of ${formatCount(wanted)} ${unit}`;
}

function bestText({ best, base, phase }: ProgressState, withBase: boolean, word = ""): string {
  if (best === undefined) return base === undefined || phase === "base" ? "" : `base ${formatScore(base)}`;
  const beside = withBase && base !== undefined ? ` (base ${formatScore(base)})` : "";
  return `${word}${formatScore(best)}${beside}`;
}

/** The wait with the seconds that are left of it. */
function leftOf({ text, untilMs }: NonNullable<ProgressState["wait"]>, nowMs: number): string {
  return text.replace(/^\S+/, String(Math.max(1, Math.round((untilMs - nowMs) / 1000))));
}

/** `1:20 left`; the time so far if the rest is unknown. */
function timeText({ secondsLeft }: RunOutlook, { startedMs }: ProgressState, nowMs: number): string {
  return secondsLeft === undefined
    ? `${clockTime((nowMs - startedMs) / 1000)} so far`
    : `${clockTime(secondsLeft)} left`;
}

/** `1:20`, `2:05:00`. */
function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours === 0 ? `${minutes}:${two(whole % 60)}` : `${hours}:${two(minutes)}:${two(whole % 60)}`;
}

function roughTime(seconds: number): string {
  if (seconds < 55) return `${Math.max(5, Math.round(seconds / 5) * 5)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

function briefUsd(text: string): string {
  return text.replace(/\.00$/, "").replace(/^\$0\./, "$.");
}

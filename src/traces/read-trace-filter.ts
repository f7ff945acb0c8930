import type { TraceFilter } from "../contracts/trace-store.ts";
import type { JsonValue } from "../core/data/json.ts";
import { UsageError } from "../core/errors.ts";

const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const date = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Parses `2026-11-21`, `2026-11-21T09:30Z` (UTC by default) or an age (`90s`, `30m`, `2h`, `7d`, `2w`).
 * Returns ISO 8601, or undefined for anything else.
 */
function parseMoment(text: string, now: Date): string | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim()) ?? [];
  if (amount !== undefined) return isoOf(now.getTime() - Number(amount) * (unitMs[unit ?? ""] ?? 0));
  const written = text.trim().replace(" ", "T");
  if (!date.test(written) || !isCalendarDay(written)) return undefined;
  const isZoned = !written.includes("T") || /(?:Z|[+-]\d\d:?\d\d)$/.test(written);
  return isoOf(Date.parse(isZoned ? written : `${written}Z`));
}

/** True if the date exists: `Date` reads February 30 as March 2. */
export function isCalendarDay(text: string): boolean {
  const day = text.slice(0, "2026-11-21".length);
  return isoOf(Date.parse(`${day}T00:00:00Z`))?.startsWith(day) === true;
}

function isoOf(timeMs: number): string | undefined {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : undefined;
}

type Options = Readonly<Record<string, unknown>>;

const texts = [
  ["prompt", "prompt"],
  ["model", "model"],
  ["chat", "chatId"],
  ["chain", "chainId"],
  ["environment", "environment"],
  ["user", "user"],
  ["search", "search"],
] as const satisfies readonly (readonly [option: string, key: keyof TraceFilter])[];

/** Reads the filters of `traces list`. Throws one UsageError with all mistakes; `shown` is how a filter is named there. */
export function readFilter(
  options: Options,
  now: Date,
  shown: (name: string) => string = (name) => `--${name}`,
): TraceFilter {
  const mistakes: string[] = [];
  const moment = (name: "since" | "until"): Partial<TraceFilter> => {
    const text = options[name];
    if (typeof text !== "string") return {};
    const iso = parseMoment(text, now);
    if (iso !== undefined) return { [name]: iso };
    mistakes.push(
      `${shown(name)} must be a date such as 2026-11-21T09:30Z or an age such as 2h or 7d, got "${text}"`,
    );
    return {};
  };
  const filter: TraceFilter = {
    ...moment("since"),
    ...moment("until"),
    ...Object.fromEntries(
      texts.flatMap(([option, key]) => (typeof options[option] === "string" ? [[key, options[option]]] : [])),
    ),
    ...(typeof options["error"] === "boolean" ? { hasError: options["error"] } : {}),
    ...ratingOf(options["rating"], shown, mistakes),
    ...whereOf(options["where"], shown, mistakes),
  };
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return filter;
}

function ratingOf(text: unknown, shown: (name: string) => string, mistakes: string[]): Partial<TraceFilter> {
  if (typeof text !== "string") return {};
  const [, sign = "=", number] = /^\s*(<=|>=|!=|==|<|>|=)?\s*(-?\d+(?:\.\d+)?|\.\d+)\s*$/.exec(text) ?? [];
  if (number === undefined) {
    mistakes.push(`${shown("rating")} must be a number with <, <=, >, >=, = or != before it, got "${text}"`);
    return {};
  }
  const operator = (sign === "==" ? "=" : sign) as NonNullable<TraceFilter["rating"]>["operator"];
  return { rating: { operator, value: Number(number) } };
}

function whereOf(given: unknown, shown: (name: string) => string, mistakes: string[]): Partial<TraceFilter> {
  const conditions = Array.isArray(given) ? given.map(String) : [];
  if (conditions.length === 0) return {};
  const entries = conditions.flatMap((text): [string, JsonValue][] => {
    const at = text.indexOf("=");
    if (at > 0) return [[text.slice(0, at).trim(), readValue(text.slice(at + 1).trim())]];
    mistakes.push(`${shown("where")} must be key=value, got "${text}"`);
    return [];
  });
  return { where: Object.fromEntries(entries) };
}

/** Parses objects and lists as JSON; other values are compared as text. */
function readValue(text: string): JsonValue {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

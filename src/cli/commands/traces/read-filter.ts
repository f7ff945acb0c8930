import type { TraceFilter } from "../../../contracts/trace-store.ts";
import type { JsonValue } from "../../../core/data/json.ts";
import { UsageError } from "../../../core/errors.ts";
import { parseMoment } from "./moment.ts";

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

/** The flags of a filter, all mistakes told at once in one UsageError. */
export function readFilter(options: Options, now: Date): TraceFilter {
  const mistakes: string[] = [];
  const moment = (name: "since" | "until"): Partial<TraceFilter> => {
    const text = options[name];
    if (typeof text !== "string") return {};
    const iso = parseMoment(text, now);
    if (iso !== undefined) return { [name]: iso };
    mistakes.push(
      `--${name}: expected a date such as 2026-11-21T09:30Z or an age such as 2h or 7d, got "${text}"`,
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
    ...ratingOf(options["rating"], mistakes),
    ...whereOf(options["where"], mistakes),
  };
  if (mistakes.length > 0) throw new UsageError(mistakes.join("\n"));
  return filter;
}

/** `--limit`: a whole number, 0 for all; what to do without one is the caller's. */
export function readLimit(options: Options): number | undefined {
  const text = options["limit"];
  if (typeof text !== "string") return undefined;
  const limit = Number(text);
  if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(limit))
    throw new UsageError(`--limit: expected a whole number from 0, got "${text}"`);
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

function ratingOf(text: unknown, mistakes: string[]): Partial<TraceFilter> {
  if (typeof text !== "string") return {};
  const [, sign = "=", number] = /^\s*(<=|>=|!=|==|<|>|=)?\s*(-?\d+(?:\.\d+)?|\.\d+)\s*$/.exec(text) ?? [];
  if (number === undefined) {
    mistakes.push(`--rating: expected a number with <, <=, >, >=, = or != before it, got "${text}"`);
    return {};
  }
  const operator = (sign === "==" ? "=" : sign) as NonNullable<TraceFilter["rating"]>["operator"];
  return { rating: { operator, value: Number(number) } };
}

function whereOf(given: unknown, mistakes: string[]): Partial<TraceFilter> {
  const conditions = Array.isArray(given) ? given.map(String) : [];
  if (conditions.length === 0) return {};
  const entries = conditions.flatMap((text): [string, JsonValue][] => {
    const at = text.indexOf("=");
    if (at > 0) return [[text.slice(0, at).trim(), readValue(text.slice(at + 1).trim())]];
    mistakes.push(`--where: expected key=value, got "${text}"`);
    return [];
  });
  return { where: Object.fromEntries(entries) };
}

/** Objects and lists as JSON; all else is compared as text. */
function readValue(text: string): JsonValue {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

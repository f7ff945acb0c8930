const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const date = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * `2026-11-21`, `2026-11-21T09:30Z` (UTC where no zone is written) or an age (`90s`, `30m`, `2h`, `7d`, `2w`)
 * as ISO 8601. Undefined for anything else.
 */
export function parseMoment(text: string, now: Date): string | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(text.trim()) ?? [];
  if (amount !== undefined) return isoOf(now.getTime() - Number(amount) * (unitMs[unit ?? ""] ?? 0));
  const written = text.trim().replace(" ", "T");
  if (!date.test(written) || !isCalendarDay(written)) return undefined;
  const isZoned = !written.includes("T") || /(?:Z|[+-]\d\d:?\d\d)$/.test(written);
  return isoOf(Date.parse(isZoned ? written : `${written}Z`));
}

/** Does the day that a text starts with exist? `Date` takes the 30th of February for the 2nd of March. */
export function isCalendarDay(text: string): boolean {
  const day = text.slice(0, "2026-11-21".length);
  return isoOf(Date.parse(`${day}T00:00:00Z`))?.startsWith(day) === true;
}

function isoOf(timeMs: number): string | undefined {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : undefined;
}

const unitsMs: readonly (readonly [RegExp, number])[] = [
  [/^(ms|msecs?|milliseconds?)$/i, 1],
  [/^(s|secs?|seconds?)$/i, 1000],
  [/^(m|mins?|minutes?)$/i, 60_000],
  [/^(h|hrs?|hours?)$/i, 3_600_000],
  [/^(d|days?)$/i, 86_400_000],
];

const unit = "(?:milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])";
const part = `\\d+(?:\\.\\d+)?\\s*${unit}`;
const whole = new RegExp(`^${part}(?:[\\s,]*(?:and\\s+)?${part})*`, "i");

// Seconds since 1970 are above this, and so are milliseconds above the second; no wait is.
const epochSeconds = 1e9;
const epochMilliseconds = 1e12;

/**
 * Milliseconds from now in a header's value: `20s`, `6m0s`, `1h2m`, `12ms`, plain seconds, or a moment as ISO
 * 8601 or as seconds or milliseconds since 1970. A moment gone by is 0; what cannot be read is undefined.
 */
export function durationMs(text: string | null | undefined, nowMs: number): number | undefined {
  const given = text?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(given)) {
    const count = Number(given);
    if (count >= epochMilliseconds) return Math.max(0, count - nowMs);
    return count >= epochSeconds ? Math.max(0, count * 1000 - nowMs) : count * 1000;
  }
  if (/^\d{4}-\d\d-\d\d[T ]/.test(given)) {
    const atMs = Date.parse(given);
    return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
  }
  return whole.exec(given)?.[0] === given && given !== "" ? sumOf(given) : undefined;
}

/** The durations that stand behind each match of a pattern. */
export function durationsIn(text: string, before: RegExp): readonly number[] {
  return [...text.matchAll(before)].flatMap((match) => {
    const said = whole.exec(text.slice(match.index + match[0].length));
    return said === null ? [] : [sumOf(said[0])];
  });
}

function sumOf(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)];
  return parts.reduce((sum, [, count, name = ""]) => {
    const [, scale = 0] = unitsMs.find(([pattern]) => pattern.test(name)) ?? [];
    return sum + Number(count) * scale;
  }, 0);
}

import type { ErrorFacts } from "./error-facts.ts";

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

// Seconds since 1970 exceed the first, milliseconds the second; no wait does.
const epochSeconds = 1e9;
const epochMilliseconds = 1e12;

/**
 * Milliseconds from now, read from a header value: `20s`, `6m0s`, `1h2m`, `12ms`, plain seconds, or a time as ISO
 * 8601 or as seconds or milliseconds since 1970. 0 for a past time; undefined if unreadable.
 */
function durationMs(text: string | null | undefined, nowMs: number): number | undefined {
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

/** The durations after each match of a pattern. */
function durationsIn(text: string, before: RegExp): readonly number[] {
  return [...text.matchAll(before)].flatMap((match) => {
    const duration = whole.exec(text.slice(match.index + match[0].length));
    return duration === null ? [] : [sumOf(duration[0])];
  });
}

function sumOf(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)];
  return parts.reduce((sum, [, count, name = ""]) => {
    const [, scale = 0] = unitsMs.find(([pattern]) => pattern.test(name)) ?? [];
    return sum + Number(count) * scale;
  }, 0);
}

/** Names of rate limits in headers (OpenAI, Azure, Groq, Cerebras, Anthropic). */
const dimensions = [
  "requests",
  "tokens",
  "input-tokens",
  "output-tokens",
  ...["requests", "tokens"].flatMap((kind) => ["minute", "hour", "day"].map((span) => `${kind}-${span}`)),
];

interface LimitHeaders {
  readonly remaining: string;
  readonly reset: string;
}

const limitHeaders: readonly LimitHeaders[] = [
  ...dimensions.flatMap((one) => [
    { remaining: `x-ratelimit-remaining-${one}`, reset: `x-ratelimit-reset-${one}` },
    { remaining: `x-ratelimit-remaining-${one}`, reset: `x-rate-limit-reset-${one}` },
    { remaining: `anthropic-ratelimit-${one}-remaining`, reset: `anthropic-ratelimit-${one}-reset` },
  ]),
  { remaining: "x-ratelimit-remaining", reset: "x-ratelimit-reset" },
  { remaining: "ratelimit-remaining", reset: "ratelimit-reset" },
];

/** `try again in 20s`, `Please retry in 34.07s`, `retry after 45 seconds`, `will reset after 12h34m16s`. */
const proseWait = /\b(?:try again|retry|resets?)\s+(?:in|after)\s+/gi;

/**
 * Milliseconds until a request may be sent again: the longest wait found in headers and body. Of the limits in
 * the headers, only exhausted ones count. Undefined if there is none.
 */
export function waitMs(
  headers: HeaderReader | undefined,
  facts: Pick<ErrorFacts, "text" | "retryDelays">,
  nowMs: number,
): number | undefined {
  const hints = [
    retryAfterMs(headers, nowMs),
    ...limitHeaders.map(({ remaining, reset }) =>
      isUsedUp(headers?.get(remaining)) ? durationMs(headers?.get(reset), nowMs) : undefined,
    ),
    ...facts.retryDelays.map((delay) => durationMs(delay, nowMs)),
    ...durationsIn(facts.text, proseWait),
  ].filter((hint) => hint !== undefined);
  return hints.length === 0 ? undefined : Math.max(...hints);
}

/** Azure sends the reset time of a limit without the remaining amount. */
function isUsedUp(remaining: string | null | undefined): boolean {
  return remaining === null || remaining === undefined || Number(remaining) <= 0;
}

/** The part of `Headers` used here. */
export interface HeaderReader {
  get(name: string): string | null;
}

/**
 * Milliseconds that the provider asks to wait: the longer of `retry-after-ms` and `Retry-After` (seconds or an
 * HTTP date, RFC 9110 §10.2.3). 0 for a past date; undefined if unreadable.
 */
export function retryAfterMs(headers: HeaderReader | undefined, nowMs: number): number | undefined {
  const milliseconds = countOf(headers?.get("retry-after-ms"));
  const waitMs = retryAfter(headers, nowMs);
  if (milliseconds === undefined || waitMs === undefined) return milliseconds ?? waitMs;
  return Math.max(milliseconds, waitMs);
}

function retryAfter(headers: HeaderReader | undefined, nowMs: number): number | undefined {
  const text = headers?.get("retry-after");
  const seconds = countOf(text);
  if (seconds !== undefined) return seconds * 1000;
  // Date.parse accepts almost anything; an HTTP date starts with the day of the week.
  const isDate = text !== null && text !== undefined && /^\s*[a-z]{3,9},? /i.test(text);
  const dateMs = isDate ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

function countOf(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

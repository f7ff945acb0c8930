import type { ErrorFacts } from "./error-facts.ts";
import { type HeaderReader, retryAfterMs } from "./retry-after.ts";
import { durationMs, durationsIn } from "./wait-duration.ts";

/** What a provider may limit, under the names in use (OpenAI, Azure, Groq, Cerebras, Anthropic). */
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
const spoken = /\b(?:try again|retry|resets?)\s+(?:in|after)\s+/gi;

/**
 * Milliseconds until a request may be sent again: the longest of all that headers and body say. Of the limits
 * in the headers, those that are used up count. Undefined when nothing is said.
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
    ...durationsIn(facts.text, spoken),
  ].filter((hint) => hint !== undefined);
  return hints.length === 0 ? undefined : Math.max(...hints);
}

/** Azure gives the time of a limit without what is left of it. */
function isUsedUp(remaining: string | null | undefined): boolean {
  return remaining === null || remaining === undefined || Number(remaining) <= 0;
}

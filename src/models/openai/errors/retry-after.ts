/** The part of `Headers` that is needed, whoever made them. */
export interface HeaderReader {
  get(name: string): string | null;
}

/**
 * Milliseconds the provider asks to wait: the longer of `retry-after-ms` and of `Retry-After`, in seconds or as
 * an HTTP date (RFC 9110 §10.2.3). A date gone by is 0; what cannot be read is undefined.
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
  // Date.parse takes almost anything for a date; an HTTP date starts with the day of the week.
  const isDate = text !== null && text !== undefined && /^\s*[a-z]{3,9},? /i.test(text);
  const dateMs = isDate ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

function countOf(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

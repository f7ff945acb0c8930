const firstDelayMs = 250;
const longestDelayMs = 10_000;

/** Doubles with each attempt (counted from 1), with up to a quarter less so that clients do not return together. */
export function retryDelayMs(attempt: number, retryAfter: string | null, random: () => number): number {
  const asked = Number(retryAfter ?? Number.NaN) * 1000;
  if (Number.isFinite(asked) && asked >= 0) return Math.min(asked, longestDelayMs);
  return Math.min(firstDelayMs * 2 ** (attempt - 1), longestDelayMs) * (1 - random() / 4);
}

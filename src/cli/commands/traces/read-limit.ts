import { UsageError } from "../../../core/errors.ts";

/** Parses `--limit`; 0 means all. The caller chooses the default. */
export function readLimit(options: Readonly<Record<string, unknown>>): number | undefined {
  const text = options["limit"];
  if (typeof text !== "string") return undefined;
  const limit = Number(text);
  if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(limit))
    throw new UsageError(`--limit must be a whole number of at least 0, got "${text}"`);
  return limit === 0 ? Number.POSITIVE_INFINITY : limit;
}

import type { DatasetRecord } from "../../contracts/dataset-store.ts";

/** The rating that feedback left on a row (`tags.rating`), 0 (wrong) to 1 (right); undefined without one. */
export function rowRating({ tags }: DatasetRecord): number | undefined {
  const written = tags?.["rating"];
  if (typeof written !== "number" && (typeof written !== "string" || written.trim() === "")) return undefined;
  const rating = Number(written);
  return Number.isFinite(rating) ? rating : undefined;
}

/** Is the row rated, and at least so? */
export function isRatedAtLeast(record: DatasetRecord, least: number): boolean {
  const rating = rowRating(record);
  return rating !== undefined && rating >= least;
}

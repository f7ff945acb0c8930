import type { DatasetRecord, DatasetStore } from "../contracts/dataset-store.ts";
import type { JsonObject } from "../core/data/json.ts";
import type { Trace, TraceFeedback } from "../core/trace.ts";
import { lastOf } from "./dataset-record.ts";

/**
 * What people say of a trace, in the rows that were made of it: a corrected answer becomes the expected one, the
 * last rating a tag. What stands there because of `earlier` feedback, and is said no more, is taken out. Reads
 * through every collected dataset. Resolves to the names of those that changed.
 */
export async function correctRows(
  datasets: Pick<DatasetStore, "list" | "records" | "amend">,
  { traceId, feedback = [] }: Pick<Trace, "traceId" | "feedback">,
  earlier: readonly TraceFeedback[] = [],
): Promise<readonly string[]> {
  const correct = (record: DatasetRecord): DatasetRecord =>
    record.source?.traceId === traceId ? corrected(record, feedback, earlier) : record;
  const changed: string[] = [];
  for (const name of await datasets.list()) {
    let isTouched = false;
    for await (const record of datasets.records(name)) isTouched ||= correct(record) !== record;
    if (isTouched && (await datasets.amend(name, correct)) > 0) changed.push(name);
  }
  return changed;
}

/** The very record when it says so already. */
function corrected(
  record: DatasetRecord,
  feedback: readonly TraceFeedback[],
  earlier: readonly TraceFeedback[],
): DatasetRecord {
  const better = lastOf(feedback, "betterResponse");
  const rating = lastOf(feedback, "rating");
  const { expectations, tags, ...rest } = record;
  const expected = put(expectations, "expected_response", better, (value) =>
    earlier.some(({ betterResponse }) => betterResponse === value),
  );
  const tagged = put(tags, "rating", rating, (value) => earlier.some((one) => one.rating === value));
  if (expected === expectations && tagged === tags) return record;
  return {
    ...rest,
    ...(expected === undefined ? {} : { expectations: expected }),
    ...(tagged === undefined ? {} : { tags: tagged }),
  };
}

/** With the member, or without it where nothing is to stand there and it is one that may go; else the very object. */
function put(
  members: JsonObject | undefined,
  name: string,
  value: string | number | undefined,
  mayGo: (value: unknown) => boolean,
): JsonObject | undefined {
  const known = members?.[name];
  if (value !== undefined) return known === value ? members : { ...members, [name]: value };
  if (known === undefined || !mayGo(known)) return members;
  const { [name]: _, ...others } = members ?? {};
  return Object.keys(others).length === 0 ? undefined : others;
}

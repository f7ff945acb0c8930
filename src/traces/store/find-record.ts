import { open } from "node:fs/promises";
import type { JsonObject } from "../../core/data/json.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { listDays } from "./day-files.ts";
import { traceStoreFailure } from "./disk-failure.ts";
import { visitLines } from "./lines/visit-lines.ts";
import { parseTraceRecord } from "./list-records.ts";
import type { Overlay } from "./overlay.ts";
import { needleOf } from "./record-filter.ts";

/**
 * The complete record with this trace id, or else the latest with this event id or feedback key. Lines are
 * searched as bytes, newest file first, and only those that hold the key are parsed.
 */
export async function findRecord(
  folder: string,
  key: string,
  overlay: Overlay,
): Promise<JsonObject | undefined> {
  const keys = [key, ...overlay.renamedTo(key)];
  const needles = keys.map((one) => Buffer.from(needleOf(one) ?? '"trace_id"'));
  const days = await listDays(folder);
  for (const { path } of days.flat().reverse()) {
    let best: JsonObject | undefined;
    const visitLine = (bytes: Buffer, start: number, end: number): void => {
      const line = bytes.subarray(start, end);
      if (!needles.some((needle) => line.includes(needle))) return;
      const record = parseTraceRecord(line.toString("utf8"));
      if (record === undefined) return;
      const complete = overlay.complete(record);
      if (complete["trace_id"] === key) best = complete;
      else if (isNamed(complete, key) && best?.["trace_id"] !== key) best = complete;
    };
    await visitFile(path, visitLine);
    if (best !== undefined) return best;
  }
  return undefined;
}

function isNamed({ event_id: eventId, feedback_key: feedbackKey }: JsonObject, key: string): boolean {
  return eventId === key || feedbackKey === key;
}

async function visitFile(
  path: string,
  visit: (bytes: Buffer, start: number, end: number) => void,
): Promise<void> {
  try {
    const handle = await open(path, "r");
    await visitLines(handle, visit).finally(() => handle.close());
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw traceStoreFailure(path, cause);
  }
}

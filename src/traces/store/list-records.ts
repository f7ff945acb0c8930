import { type FileHandle, open } from "node:fs/promises";
import type { TraceListOptions } from "../../contracts/trace-store.ts";
import { type JsonObject, parsedObject } from "../../core/data/json.ts";
import { errnoOf } from "../../disk/file-error.ts";
import { type DayFile, dayOf, listDays, traceStoreFailure } from "./day-files.ts";
import type { DayIndexes } from "./day-indexes.ts";
import { recordHeader } from "./line-header.ts";
import { createLineWindow, orderLines } from "./order-lines.ts";
import type { Overlay } from "./overlay.ts";
import { needleOf, type RecordFilter } from "./record-filter.ts";
import { visitLines } from "./visit-lines.ts";

interface ListOptions extends TraceListOptions {
  readonly newestFirst: boolean;
  /** Kept indexes of days; absent: each list reads the lines of its days. */
  readonly indexes?: DayIndexes | undefined;
  /** Called for each line that is not a trace. */
  readonly onUnreadable: (file: string) => void;
}

/**
 * Yields matching records with changes and feedback applied, day by day, in ascending or descending order.
 */
export async function* listRecords(
  folder: string,
  filter: RecordFilter,
  overlay: Overlay,
  options: ListOptions,
): AsyncGenerator<JsonObject> {
  const all = await listDays(folder);
  // A file's day is never earlier than the starts of its traces.
  const firstDay = overlay.movesStarts ? "" : dayOfBound(filter.sinceMs);
  const days = all.filter(([first]) => first !== undefined && first.day >= firstDay);
  // A start that was moved by a change is not in an index.
  const indexes = overlay.movesStarts ? undefined : options.indexes;
  const search = createSearch(options.onSearched);
  for (const parts of options.newestFirst ? days.toReversed() : days) {
    const day = indexes?.hasRoom(parts) === true ? listIndexedDay : listDay;
    yield* day(parts, filter, overlay, { ...options, search });
    if (search.isEnded) return;
  }
}

interface Search {
  /** False if the list ends here. */
  goesOn(startedMs: () => number): boolean;
  readonly isEnded: boolean;
}

/** Lines between two calls. */
const reportEvery = 256;

function createSearch(onSearched: TraceListOptions["onSearched"]): Search {
  let looked = 0;
  let isEnded = false;
  return {
    goesOn(startedMs) {
      if (onSearched === undefined || ++looked % reportEvery !== 0) return true;
      const ms = startedMs();
      isEnded = Number.isFinite(ms) && !onSearched(new Date(ms).toISOString());
      return !isEnded;
    },
    get isEnded() {
      return isEnded;
    },
  };
}

interface DayOptions extends ListOptions {
  readonly search: Search;
}

/** Reads only the lines that are shown, or that a filter looks at. */
async function* listIndexedDay(
  files: readonly DayFile[],
  filter: RecordFilter,
  overlay: Overlay,
  { newestFirst, onUnreadable, indexes, search }: DayOptions,
): AsyncGenerator<JsonObject> {
  const opened = await openAll(files);
  try {
    const index = await indexes?.of(files, opened, (part) => onUnreadable(opened[part]?.path ?? ""));
    if (index === undefined) return;
    const { hasSetBacks } = index;
    const lines = index.lines();
    const windows = opened.map(({ handle }) =>
      createLineWindow(handle, newestFirst ? "backwards" : "forwards"),
    );
    for (let step = 0; step < lines.count; step++) {
      const at = newestFirst ? lines.count - 1 - step : step;
      const startedMs = lines.orderMs(at);
      if (!hasSetBacks && (startedMs >= filter.untilMs || startedMs < filter.sinceMs)) {
        const isPast = newestFirst ? startedMs < filter.sinceMs : startedMs >= filter.untilMs;
        if (isPast) return;
        continue;
      }
      if (!search.goesOn(() => startedMs)) return;
      const { part, offset, length } = lines.place(at);
      const text = (await windows[part]?.text(offset, length)) ?? "";
      const isUnlike = filter.needles.some((needle) => !text.includes(needle));
      if (isUnlike && !overlay.hasChanges) continue;
      const record = parseTraceRecord(text);
      if (record === undefined) {
        onUnreadable(opened[part]?.path ?? "");
        continue;
      }
      const complete = overlay.complete(record);
      if (filter.matches(complete)) yield complete;
    }
  } finally {
    for (const { handle } of opened) await handle.close();
  }
}

async function* listDay(
  files: readonly DayFile[],
  filter: RecordFilter,
  overlay: Overlay,
  { newestFirst, onUnreadable, search }: DayOptions,
): AsyncGenerator<JsonObject> {
  const opened = await openAll(files);
  try {
    const pathOf = (part: number): string => opened[part]?.path ?? "";
    const handles = opened.map(({ handle }) => handle);
    const lines = await orderLines(handles, filter, overlay, (part) => onUnreadable(pathOf(part)));
    const direction = newestFirst ? "backwards" : "forwards";
    const windows = handles.map((handle) => createLineWindow(handle, direction));
    for (let at = 0; at < lines.count; at++) {
      const { part, offset, length } = lines.place(newestFirst ? lines.count - 1 - at : at);
      const record = parseTraceRecord((await windows[part]?.text(offset, length)) ?? "");
      if (!search.goesOn(() => recordHeader(record)?.startedMs ?? Number.NaN)) return;
      if (record === undefined) {
        onUnreadable(pathOf(part));
        continue;
      }
      const complete = overlay.complete(record);
      if (filter.matches(complete)) yield complete;
    }
  } finally {
    for (const { handle } of opened) await handle.close();
  }
}

export interface OpenedFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** Files removed since they were listed are skipped. */
async function openAll(files: readonly DayFile[]): Promise<readonly OpenedFile[]> {
  const opened: OpenedFile[] = [];
  for (const { path } of files) {
    try {
      opened.push({ path, handle: await open(path, "r") });
    } catch (cause) {
      if (errnoOf(cause) === "ENOENT") continue;
      for (const { handle } of opened) await handle.close();
      throw traceStoreFailure(path, cause);
    }
  }
  return opened;
}

/** The record of a trace; undefined for anything else. */
export function parseTraceRecord(text: string): JsonObject | undefined {
  const value = parsedObject(text);
  return recordHeader(value) === undefined ? undefined : value;
}

function dayOfBound(timeMs: number): string {
  return Number.isFinite(timeMs) ? dayOf(timeMs) : "";
}

/**
 * The complete record with this trace id, otherwise the latest one with this event id or feedback key.
 * Searches lines as bytes, newest file first, and parses only those that contain the key.
 */
export async function findRecord(
  folder: string,
  key: string,
  overlay: Overlay,
  indexes?: DayIndexes,
): Promise<JsonObject | undefined> {
  const indexed = await indexes?.find(key);
  if (indexed !== undefined) return overlay.complete(indexed);
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

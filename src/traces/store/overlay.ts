import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { changesFile, feedbackFile } from "./day-files.ts";
import { createKeyedFile, type KeyedLines } from "./keyed-lines.ts";
import { setBackName } from "./line-header.ts";

/** Feedback and changes that were added to traces after they were written. */
export interface Overlay {
  /** True if a change moves the start of a trace, so that the day of its file is no longer reliable. */
  readonly movesStarts: boolean;
  readonly hasChanges: boolean;
  isChanged(traceId: string): boolean;
  /** The start of this trace after changes; undefined if unchanged. */
  startedMsOf(traceId: string): number | undefined;
  /** The record with its changes and feedback, without internal members of the store. */
  complete(record: JsonObject): JsonObject;
  /** Ids of traces that received this event id or feedback key by a change. */
  renamedTo(key: string): readonly string[];
  close(): Promise<void>;
}

/** The feedback file and the changes file, opened repeatedly. */
interface OverlayFiles {
  /** A snapshot; later additions are not included. */
  open(): Promise<Overlay>;
}

export function createOverlayFiles(folder: string, onUnreadable: (file: string) => void): OverlayFiles {
  const feedback = createKeyedFile(feedbackFile(folder), "key", { onUnreadable });
  const changes = createKeyedFile(changesFile(folder), "trace_id", {
    onUnreadable,
    isMarked: ({ changes: made }) =>
      isJsonObject(made) && ["started_at", ...keyNames].some((name) => Object.hasOwn(made, name)),
  });
  return {
    async open() {
      const opened = await feedback.open();
      try {
        return overlayOf(opened, await changes.open());
      } catch (error) {
        await opened.close();
        throw error;
      }
    },
  };
}

function overlayOf(feedback: KeyedLines, changes: KeyedLines): Overlay {
  const changed = (record: JsonObject): JsonObject => {
    if (changes.count === 0) return record;
    const made = changes.of(String(record["trace_id"])).map((line) => line["changes"]);
    return {
      ...record,
      ...Object.fromEntries(made.flatMap((one) => (isJsonObject(one) ? Object.entries(one) : []))),
    };
  };
  const withFeedback = (record: JsonObject): JsonObject => {
    if (feedback.count === 0) return record;
    const keys = new Set(["trace_id", ...keyNames].map((name) => record[name]));
    return withFeedbackLines(record, feedback.of(...[...keys].filter((key) => typeof key === "string")));
  };
  return {
    movesStarts: changes.marked.some(({ changes: made }) => isJsonObject(made) && "started_at" in made),
    hasChanges: changes.count > 0,
    isChanged: (traceId) => changes.count > 0 && changes.of(traceId).length > 0,
    startedMsOf(traceId) {
      const start = changes
        .of(traceId)
        .findLast(({ changes: made }) => isJsonObject(made) && "started_at" in made);
      return isJsonObject(start?.["changes"])
        ? Date.parse(String(start["changes"]["started_at"]))
        : undefined;
    },
    complete: (record) => withFeedback(changed(withoutSetBack(record))),
    renamedTo: (key) =>
      changes.marked.flatMap(({ trace_id: id, changes: made }) =>
        isJsonObject(made) && keyNames.some((name) => made[name] === key) ? [String(id)] : [],
      ),
    async close() {
      await feedback.close();
      await changes.close();
    },
  };
}

/** Keys that feedback can refer to, besides the trace's id. */
export const keyNames = ["event_id", "feedback_key"] as const;

/** The record with feedback that was added later, in the order of the lines. */
export function withFeedbackLines(record: JsonObject, lines: readonly JsonObject[]): JsonObject {
  if (lines.length === 0) return record;
  const own = Array.isArray(record["feedback"]) ? (record["feedback"] as readonly JsonValue[]) : [];
  const all = joinFeedback(own, lines);
  const { feedback: _before, ...rest } = record;
  return all.length === 0 ? rest : { ...rest, feedback: all };
}

function joinFeedback(own: readonly JsonValue[], lines: readonly JsonObject[]): readonly JsonValue[] {
  const lastWithdrawal = lines.findLastIndex(isWithdrawal);
  const current = lines.slice(lastWithdrawal + 1).map(({ key: _key, ...one }) => one);
  return lastWithdrawal === -1 ? [...own, ...current] : current;
}

function isWithdrawal(line: JsonObject): boolean {
  const isEmpty = Object.keys(line).every((name) => ["key", "at", "by"].includes(name));
  return line["is_deleted"] === true || isEmpty;
}

function withoutSetBack(record: JsonObject): JsonObject {
  if (!Object.hasOwn(record, setBackName)) return record;
  const { [setBackName]: _setBack, ...rest } = record;
  return rest;
}

import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { changesFile, feedbackFile } from "./day-files.ts";
import { createKeyedFile, type KeyedLines } from "./keyed-lines.ts";
import { setBackName } from "./line-header.ts";

/** What was said of traces after they were written: feedback, and changes of their fields. */
export interface Overlay {
  /** Does a change move the start of some trace, so that its day's file does not tell it any more? */
  readonly movesStarts: boolean;
  isChanged(traceId: string): boolean;
  /** Where a change moved the start of this trace. */
  startedMsOf(traceId: string): number | undefined;
  /** The record with its changes and its feedback, without what only the store has to know. */
  complete(record: JsonObject): JsonObject;
  /** Ids of traces that a change gave this event id or feedback key. */
  renamedTo(key: string): readonly string[];
  close(): Promise<void>;
}

/** The two files of what was said, over and over again. */
interface OverlayFiles {
  /** As they are now; what is added later is not seen. */
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
      const said = await feedback.open();
      try {
        return overlayOf(said, await changes.open());
      } catch (error) {
        await said.close();
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
    const lines = feedback.of(...[...keys].filter((key) => typeof key === "string"));
    if (lines.length === 0) return record;
    const own = Array.isArray(record["feedback"]) ? (record["feedback"] as readonly JsonValue[]) : [];
    const all = joinFeedback(own, lines);
    const { feedback: _before, ...rest } = record;
    return all.length === 0 ? rest : { ...rest, feedback: all };
  };
  return {
    movesStarts: changes.marked.some(({ changes: made }) => isJsonObject(made) && "started_at" in made),
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

/** What feedback may name besides the trace's own id. */
const keyNames = ["event_id", "feedback_key"] as const;

function joinFeedback(own: readonly JsonValue[], lines: readonly JsonObject[]): readonly JsonValue[] {
  const lastTakenBack = lines.findLastIndex(isTakenBack);
  const said = lines.slice(lastTakenBack + 1).map(({ key: _key, ...one }) => one);
  return lastTakenBack === -1 ? [...own, ...said] : said;
}

function isTakenBack(line: JsonObject): boolean {
  const isEmpty = Object.keys(line).every((name) => ["key", "at", "by"].includes(name));
  return line["is_deleted"] === true || isEmpty;
}

function withoutSetBack(record: JsonObject): JsonObject {
  if (!Object.hasOwn(record, setBackName)) return record;
  const { [setBackName]: _setBack, ...rest } = record;
  return rest;
}

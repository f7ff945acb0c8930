import { closeSync, openSync, writeSync } from "node:fs";
import type { RunEvent, RunListener } from "../../contracts/events.ts";
import { toRecordJson } from "../record-json.ts";
import type { RunFolder } from "./run-folder.ts";
import { storeFailure } from "./store-failure.ts";

const candidateEvents: ReadonlySet<RunEvent["event"]["type"]> = new Set([
  "candidate-proposed",
  "candidate-accepted",
  "candidate-rejected",
]);

/**
 * Writes `events.jsonl`, session after session, and `candidates.jsonl` anew in each: a resumed run comes
 * to all its candidates again.
 */
export function openEventLog(folder: RunFolder): { readonly listen: RunListener; close(): void } {
  const events = openLog(folder.file("events.jsonl"), "a");
  const candidates = openLog(folder.file("candidates.jsonl"), "w");
  return {
    listen(event) {
      const line = `${JSON.stringify(toRecordJson(event))}\n`;
      writeSync(events, line);
      if (candidateEvents.has(event.event.type)) writeSync(candidates, line);
    },
    close() {
      closeSync(events);
      closeSync(candidates);
    },
  };
}

function openLog(file: string, flag: "a" | "w"): number {
  try {
    return openSync(file, flag);
  } catch (cause) {
    throw storeFailure(file, cause);
  }
}

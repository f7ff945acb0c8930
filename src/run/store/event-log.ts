import { closeSync, openSync, writeSync } from "node:fs";
import type { RunEvent, RunListener } from "../../contracts/events.ts";
import { toRecordJson } from "../record-json.ts";
import { storeFailure } from "./journal.ts";
import type { RunFolder } from "./run-folder.ts";

const candidateEvents: ReadonlySet<RunEvent["event"]["type"]> = new Set([
  "candidate-proposed",
  "candidate-accepted",
  "candidate-rejected",
]);

/** Writes `events.jsonl`, and what concerns candidates to `candidates.jsonl`, as it happens. */
export function openEventLog(folder: RunFolder): { readonly listen: RunListener; close(): void } {
  const events = openAppend(folder.file("events.jsonl"));
  const candidates = openAppend(folder.file("candidates.jsonl"));
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

function openAppend(file: string): number {
  try {
    return openSync(file, "a");
  } catch (cause) {
    throw storeFailure(file, cause);
  }
}

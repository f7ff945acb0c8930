import { closeSync, openSync } from "node:fs";
import type { RunEvent, RunListener } from "../../contracts/events.ts";
import { privateFile } from "../../disk/ensure-folder.ts";
import { renderJsonLine } from "../../formats/json-lines.ts";
import { toRecordJson } from "../record/record-json.ts";
import type { RunFolder } from "./run-store.ts";
import { storeFailure, writeAll } from "./store-failure.ts";

const candidateEvents: ReadonlySet<RunEvent["event"]["type"]> = new Set([
  "candidate-proposed",
  "candidate-accepted",
  "candidate-rejected",
]);

/** Maximum number of characters buffered per turn of the event loop. */
const mostHeldBack = 64 * 1024;

/**
 * Writes `events.jsonl`, appended by every session, and `candidates.jsonl`, rewritten by every session,
 * because a resumed run drafts all its candidates again. The lines of one turn of the event loop are written
 * together: nothing depends on them, and separate writes would cost more than creating the lines.
 */
export function openEventLog(folder: RunFolder): { readonly listen: RunListener; close(): void } {
  const events = openLog(folder.file("events.jsonl"), "a");
  const candidates = openLog(folder.file("candidates.jsonl"), "w");
  return {
    listen(event) {
      const line = renderJsonLine(toRecordJson(event));
      events.write(line);
      if (candidateEvents.has(event.event.type)) candidates.write(line);
    },
    close() {
      events.close();
      candidates.close();
    },
  };
}

interface Log {
  /** Throws the error of an earlier failed write. */
  write(line: string): void;
  close(): void;
}

function openLog(file: string, flag: "a" | "w"): Log {
  const handle = openFile(file, flag);
  let heldBack = "";
  let turn: NodeJS.Immediate | undefined;
  let failure: unknown;
  const flush = (): void => {
    clearImmediate(turn);
    turn = undefined;
    const text = heldBack;
    heldBack = "";
    try {
      if (failure === undefined) writeAll(handle, text);
    } catch (error) {
      failure = error;
    }
  };
  return {
    write(line) {
      if (failure !== undefined) throw failure;
      heldBack += line;
      if (heldBack.length > mostHeldBack) flush();
      else turn ??= setImmediate(flush);
    },
    close() {
      flush();
      closeSync(handle);
    },
  };
}

function openFile(file: string, flag: "a" | "w"): number {
  try {
    return openSync(file, flag, privateFile);
  } catch (cause) {
    throw storeFailure(file, cause);
  }
}

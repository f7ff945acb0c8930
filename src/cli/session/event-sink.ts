import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import type { RunEvent, RunListener } from "../../contracts/events.ts";
import { renderJsonLine } from "../../formats/json-lines.ts";
import { toRecordJson } from "../../run/record/record-json.ts";
import type { CliContext } from "../context.ts";
import { cannotWrite, writeBelow } from "./write-file.ts";

/** Where `--events` sends each event, a JSON object a line. */
export interface RunEventSink {
  readonly listen: RunListener;
  /** Resolves when all is written; rejects with StoreError. */
  close(): Promise<void>;
}

/** `-` is stderr. Rejects with StoreError, before anything is spent, when the file cannot be written. */
export async function openEventSink(target: string, context: CliContext): Promise<RunEventSink> {
  const lineOf = (event: RunEvent) => renderJsonLine(toRecordJson(event));
  if (target === "-") {
    return { listen: (event) => context.stderr.write(lineOf(event)), close: async () => {} };
  }
  const file = resolve(context.cwd, target);
  await writeBelow(file, "");
  const stream = createWriteStream(file, { flags: "a" });
  const told = (cause: unknown): never => {
    throw cannotWrite(file, cause as NodeJS.ErrnoException);
  };
  await once(stream, "open").catch(told);
  const done = finished(stream).catch(told);
  // Told by close(); until then it must not count as unhandled.
  done.catch(() => {});
  return {
    listen: (event) => {
      stream.write(lineOf(event));
    },
    close: async () => {
      stream.end();
      await done;
    },
  };
}

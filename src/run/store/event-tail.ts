import { type FileHandle, open } from "node:fs/promises";
import type { RunEvent } from "../../contracts/events.ts";
import { createLineSplitter, parseJsonLine } from "../../formats/json-lines.ts";
import { readEvent } from "./run-progress.ts";

/** Reads an `events.jsonl` that is still being written, from where the last read ended. */
export interface EventTail {
  /** Passes on the events of all complete lines since the last read; false if there are none. */
  read(onEvent: (event: RunEvent) => void): Promise<boolean>;
  /** Bytes read so far. */
  readonly offset: number;
}

const chunkBytes = 256 * 1024;
const eventStart = '{"at":"';

export function createEventTail(file: string): EventTail {
  let offset = 0;
  let splitter: ReturnType<typeof createLineSplitter> | undefined;
  let deliver: (event: RunEvent) => void = () => {};
  const take = (line: Buffer | undefined): void => {
    const event = line === undefined ? undefined : eventOfLine(line);
    if (event !== undefined) deliver(event);
  };
  return {
    get offset() {
      return offset;
    },
    async read(onEvent) {
      const handle = await openIfThere(file);
      if (handle === undefined) return false;
      let count = 0;
      deliver = (event) => {
        count++;
        onEvent(event);
      };
      try {
        // A file that was replaced by a shorter one starts again.
        if ((await handle.stat()).size < offset) [offset, splitter] = [0, undefined];
        splitter ??= createLineSplitter(take);
        const chunk = Buffer.allocUnsafe(chunkBytes);
        for (;;) {
          const { bytesRead } = await handle.read(chunk, 0, chunkBytes, offset);
          if (bytesRead === 0) return count > 0;
          offset += bytesRead;
          splitter.feed(Buffer.from(chunk.subarray(0, bytesRead)));
        }
      } finally {
        await handle.close();
      }
    },
  };
}

/** A killed process leaves a torn line without its end; the first event of the next session follows on it. */
function eventOfLine(line: Buffer): RunEvent | undefined {
  const whole = parseJsonLine(line);
  if (whole === undefined) return undefined;
  if ("value" in whole) return readEvent(whole.value);
  const text = line.toString("utf8");
  const start = text.lastIndexOf(eventStart);
  const rest = start > 0 ? parseJsonLine(text.slice(start)) : undefined;
  return rest !== undefined && "value" in rest ? readEvent(rest.value) : undefined;
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  return open(file, "r").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw cause;
  });
}

import { stat } from "node:fs/promises";
import { dayFile } from "./day-files.ts";
import { type Appended, appendLines } from "./lines/append-lines.ts";

/** Characters written at once; a part outgrows its bound by this at most. */
const chunkLength = 4 * 1024 * 1024;

/** Appends to the files of a day: the next part is begun when the last one is full. The lock is held. */
export interface DayWriter {
  append(day: string, lines: readonly string[]): Promise<Omit<Appended, "size">>;
}

export function createDayWriter(folder: string, partBytes: number): DayWriter {
  /** The part last written to, by day; other processes may have gone on to later ones. */
  const parts = new Map<string, number>();
  const openPart = async (day: string): Promise<number> => {
    let part = parts.get(day) ?? 1;
    while ((await sizeOf(dayFile(folder, day, part).path)) >= partBytes) part++;
    parts.set(day, part);
    return part;
  };
  return {
    async append(day, lines) {
      let kept = 0;
      for (const chunk of chunksOf(lines)) {
        const part = await openPart(day);
        try {
          const appended = await appendLines(dayFile(folder, day, part).path, chunk);
          kept += appended.kept;
          if (appended.failure !== undefined) return { kept, failure: appended.failure };
        } catch (failure) {
          return { kept, failure };
        }
      }
      return { kept };
    },
  };
}

function* chunksOf(lines: readonly string[]): Generator<readonly string[]> {
  let chunk: string[] = [];
  let length = 0;
  for (const line of lines) {
    chunk.push(line);
    length += line.length;
    if (length < chunkLength) continue;
    yield chunk;
    chunk = [];
    length = 0;
  }
  if (chunk.length > 0) yield chunk;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

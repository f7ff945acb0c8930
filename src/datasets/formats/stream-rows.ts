import { formatOf } from "../locate-file.ts";
import { rowFormats } from "./index.ts";
import type { RowFile } from "./row-format.ts";

/** A row as written in a file, or why it cannot be parsed. */
export interface StreamedRow {
  readonly value?: unknown;
  readonly fault?: string;
  /** From 1; undefined if the format has no lines. */
  readonly line: number | undefined;
}

/**
 * Streams the rows of a file of any format. The reader pauses while rows are consumed, so memory holds the
 * rows of one piece of the file. Throws where `ReadRows` rejects.
 */
export async function* streamRows(file: RowFile): AsyncGenerator<StreamedRow> {
  const readRows = await rowFormats[formatOf(file.path)]?.load();
  const stop = new AbortController();
  const reader: { rows: StreamedRow[]; hasEnded: boolean; failure?: unknown } = { rows: [], hasEnded: false };
  let given = createGate();
  let taken = createGate();

  const ready = async (): Promise<void> => {
    if (reader.rows.length === 0) return;
    taken = createGate();
    given.open();
    await taken.opened;
  };
  const signal = file.signal === undefined ? stop.signal : AbortSignal.any([file.signal, stop.signal]);
  const sink = {
    row: (value: unknown, line: number | undefined) => void reader.rows.push({ value, line }),
    badRow: (fault: string, line: number | undefined) => void reader.rows.push({ fault, line }),
  };
  const reading = Promise.resolve(readRows?.({ ...file, signal, ready }, sink))
    .catch((failure: unknown) => {
      reader.failure = failure;
    })
    .then(() => {
      reader.hasEnded = true;
      given.open();
    });
  try {
    while (!reader.hasEnded || reader.rows.length > 0) {
      await given.opened;
      given = createGate();
      const batch = reader.rows;
      reader.rows = [];
      yield* batch;
      if (reader.hasEnded) given.open();
      taken.open();
    }
    if (reader.failure !== undefined) throw reader.failure;
  } finally {
    stop.abort();
    taken.open();
    await reading;
  }
}

function createGate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

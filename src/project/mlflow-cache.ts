import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../core/data/digest.ts";
import { isJsonObject, type JsonObject } from "../core/data/json.ts";
import { writeWhole } from "../datasets/store/replacement-file.ts";
import { renderJsonLine } from "../formats/json-lines.ts";
import type { FetchedRows } from "./fetch-mlflow-rows.ts";

/** A copy of rows that were fetched from MLflow. */
export interface CachedRows {
  /** A file of JSON Lines. */
  readonly path: string;
  /** SHA-256 over the rows. */
  readonly digest: string;
  /** Traces that are no rows, with the reasons. */
  readonly note?: string;
}

/**
 * Copies of rows from MLflow, below the state folder. A copy is named by its digest and never changes, so that
 * resumed and replayed runs read the same rows. Each index entry is a file of its own: processes that write
 * different entries do not meet.
 */
export interface MlflowCache {
  /** Writes a copy, which is the last one of its place from then on. */
  add(place: JsonObject, fetched: FetchedRows): Promise<CachedRows>;
  last(place: JsonObject): Promise<CachedRows | undefined>;
  /** Remembers which copy gave a dataset of this digest. Plans hold the digest of the dataset. */
  link(datasetDigest: string, rows: CachedRows): Promise<void>;
  linked(datasetDigest: string): Promise<CachedRows | undefined>;
}

export function openMlflowCache(statePath: string): MlflowCache {
  const folder = join(statePath, "mlflow");
  const fileOf = (digest: string) => join(folder, "rows", `${digest}.jsonl`);
  const lastOf = (place: JsonObject) => join(folder, "last", `${digestOf(place)}.json`);
  const linkOf = (digest: string) => join(folder, "datasets", `${digest}.json`);

  const readEntry = async (file: string): Promise<CachedRows | undefined> => {
    const text = await readFile(file, "utf8").catch(() => "null");
    const { digest, note } = parseEntry(text);
    if (digest === undefined) return undefined;
    const path = fileOf(digest);
    if (!(await isFile(path))) return undefined;
    return { path, digest, ...(note === undefined ? {} : { note }) };
  };
  const writeEntry = (file: string, entry: JsonObject) =>
    writeWhole(file, async (write) => write(renderJsonLine(entry)), { isPrivate: true });
  const noted = (note: string | undefined) => (note === undefined ? {} : { note });

  return {
    async add(place, { rows, digest, note }) {
      const path = fileOf(digest);
      if (!(await isFile(path))) {
        const writeRows = async (write: (text: string) => void) => {
          for (const row of rows) write(renderJsonLine(row));
        };
        await writeWhole(path, writeRows, { isPrivate: true });
      }
      await writeEntry(lastOf(place), { ...place, digest, ...noted(note) });
      return { path, digest, ...noted(note) };
    },
    last: (place) => readEntry(lastOf(place)),
    async link(datasetDigest, { digest, note }) {
      const file = linkOf(datasetDigest);
      if (!(await isFile(file))) await writeEntry(file, { digest, ...noted(note) });
    },
    linked: (datasetDigest) => readEntry(linkOf(datasetDigest)),
  };
}

function parseEntry(text: string): { readonly digest?: string; readonly note?: string } {
  try {
    const entry: unknown = JSON.parse(text);
    if (!isJsonObject(entry)) return {};
    const { digest, note } = entry;
    return {
      ...(typeof digest === "string" && /^[0-9a-f]{64}$/.test(digest) ? { digest } : {}),
      ...(typeof note === "string" ? { note } : {}),
    };
  } catch {
    // A damaged entry costs one more fetch.
    return {};
  }
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

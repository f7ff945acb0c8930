import { stat } from "node:fs/promises";
import { basename, dirname, extname, relative, resolve } from "node:path";
import type { DatasetStore } from "../../../contracts/dataset-store.ts";
import { DatasetError, UsageError } from "../../../core/errors.ts";
import { rowFormats } from "../../../datasets/formats/index.ts";
import type { RowFile } from "../../../datasets/formats/row-format.ts";
import { formatOf, locateFile } from "../../../datasets/locate-file.ts";
import { datasetNotFound, openDatasetStore } from "../../../datasets/open-dataset-store.ts";
import { type RowReader, readWrittenRows } from "../../../datasets/rows/row-reader.ts";
import { openRows } from "../../../imports/open-rows.ts";

interface Place {
  readonly store: DatasetStore;
  readonly cwd: string;
}

/** A dataset named on the command line. */
export interface LocatedDataset {
  /** Name of a collected dataset, or the path as given. */
  readonly name: string;
  readonly file: RowFile;
  /** True if found by name in the store. */
  readonly isCollected: boolean;
  /** Reads the rows: collected ones as they were written, others in any format. */
  readonly openRows: RowReader;
}

/** Finds a dataset by name in the store or by the path of a supported data file. */
export async function locateDataset(word: string, { store, cwd }: Place): Promise<LocatedDataset> {
  const ending = formatOf(word);
  const isPath = /[\\/]/.test(word) || rowFormats[ending] !== undefined;
  const path = resolve(cwd, word);
  const located = async () => ({
    name: word,
    file: await locateFile(path, { relativeTo: cwd }),
    isCollected: false,
    openRows,
  });
  if (isPath && (await isFile(path))) return located();
  const name = ending === ".jsonl" ? word.slice(0, -ending.length) : word;
  const isName = !/[\\/]/.test(name);
  if (isName && (await isFile(store.fileOf(name))))
    return {
      name,
      file: await collected(name, { store, cwd }),
      isCollected: true,
      openRows: readWrittenRows,
    };
  // Throws an error that suggests similar file names.
  if (isPath || (await isFile(path))) return located();
  throw datasetNotFound(word, await store.list());
}

/** Resolves the target of a merge. */
export function targetOf(word: string, { store, cwd }: Place): { store: DatasetStore; name: string } {
  const ending = extname(word).toLowerCase();
  const isPath = /[\\/]/.test(word) || rowFormats[ending] !== undefined;
  if (!isPath) return { store, name: word };
  if (ending !== ".jsonl") {
    throw new UsageError(`cannot merge rows into ${word}: it is not a .jsonl file`, {
      hint: "use a dataset name or a .jsonl file; `dataset export` writes other formats",
    });
  }
  const path = resolve(cwd, word);
  return {
    store: openDatasetStore({ folder: dirname(path) }),
    name: basename(path).slice(0, -ending.length),
  };
}

async function collected(name: string, { store, cwd }: Place): Promise<RowFile> {
  const path = store.fileOf(name);
  const { size } = await stat(path);
  if (size === 0) throw new DatasetError(`dataset ${name} is empty`);
  const shown = relative(cwd, path);
  return { path, name: shown.startsWith("..") ? path : shown, sizeBytes: size };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

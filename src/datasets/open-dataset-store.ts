import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DatasetRecord, DatasetStore, MergeCounts } from "../contracts/dataset-store.ts";
import { ConflictError, DatasetError, NotFoundError } from "../core/errors.ts";
import { nearNames } from "../core/text/near-names.ts";
import { ensureFolder, privateFolder } from "../disk/ensure-folder.ts";
import { withLock } from "../disk/lock.ts";
import { openSpoolFile } from "./examples/spool-file.ts";
import { readDatasetRecords } from "./store/read-records.ts";
import { mergeFailure, writeFailure } from "./store/replacement-file.ts";
import { amendDataset, holdsDuplicates, rewriteDataset } from "./store/rewrite-dataset.ts";
import { createStagedRows } from "./store/staged-rows.ts";

const ending = ".jsonl";
/** Another process may be merging millions of rows. */
const patienceMs = 15 * 60_000;

interface DatasetStoreOptions {
  /** `<state>/datasets`. Created when the first dataset is written. */
  readonly folder: string;
}

/**
 * Opens the collected datasets of a folder: JSON Lines, one record per line, one record for equal inputs. Any
 * number of processes may merge at once; a file is replaced whole or not at all. A merge takes 45 to 90 bytes
 * of memory per incoming row and 25 to 50 per existing row.
 *
 *     const store = openDatasetStore({ folder: ".dao-opt/datasets" });
 *     await store.merge("reviews", [{ inputs: { text: "Lovely." }, outputs: "positive" }]);
 */
export function openDatasetStore({ folder }: DatasetStoreOptions): DatasetStore {
  const fileOf = (name: string): string => {
    checkDatasetName(name);
    return join(folder, `${name}${ending}`);
  };
  const list = async (): Promise<readonly string[]> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith(ending) && !entry.name.startsWith("."))
      .map((entry) => entry.name.slice(0, -ending.length))
      .sort();
  };
  const knownFile = async (name: string): Promise<string> => {
    const file = fileOf(name);
    const isThere = await stat(file).then(
      (found) => found.isFile(),
      () => false,
    );
    if (!isThere) throw datasetNotFound(name, await list());
    return file;
  };
  return {
    fileOf,
    list,
    async merge(name, records, { isNew = false } = {}) {
      const file = fileOf(name);
      // Asked again under the lock: rows may take minutes to arrive.
      const refuseTaken = async () => {
        if (isNew) await refuseExisting(name, file);
      };
      await refuseTaken();
      return mergeInto(folder, file, records, refuseTaken);
    },
    async amend(name, change) {
      // Replaces the target of a link, not the link.
      const target = await realpath(await knownFile(name));
      return withLock(lockOf(target), () => amendDataset(target, change), { patienceMs }).catch(
        (error: unknown) => {
          throw writeFailure(error, target);
        },
      );
    },
    async *records(name) {
      yield* readDatasetRecords(await knownFile(name));
    },
  };
}

/** The error for a dataset that is not in the store. */
export function datasetNotFound(name: string, known: readonly string[]): NotFoundError {
  const near = nearNames(name, known, 2);
  const there =
    known.length === 0
      ? "there are no datasets yet; create one with `dao-opt collect` or `dao-opt dataset merge`"
      : `there are: ${known.join(", ")}`;
  return new NotFoundError("dataset", name, near, { hint: near.length > 0 ? undefined : there });
}

/** `lstat` also finds links to files that are gone, and names that differ by case where the disk ignores it. */
async function refuseExisting(name: string, file: string): Promise<void> {
  const isThere = await lstat(file).then(
    () => true,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return false;
      throw cause;
    },
  );
  if (isThere) throw new ConflictError(`there is already a dataset ${name}`, { hint: "choose another name" });
}

async function mergeInto(
  folder: string,
  file: string,
  records: AsyncIterable<DatasetRecord> | Iterable<DatasetRecord>,
  check: () => Promise<void>,
): Promise<MergeCounts> {
  const explained = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      throw mergeFailure(error, file);
    });
  await explained(() => ensureFolder(folder, privateFolder));
  // Replaces the target of a link, not the link.
  const target = await realpath(file).catch(() => file);
  const spool = await explained(async () => openSpoolFile(folder));
  try {
    const staged = createStagedRows(spool);
    // Rows may take minutes to arrive, so the lock is not held yet.
    for await (const record of records) {
      try {
        staged.add(record);
      } catch (error) {
        throw mergeFailure(error, file);
      }
    }
    const write = async () => {
      await check();
      return rewriteWhole(folder, target, staged);
    };
    return await explained(() => withLock(lockOf(target), write, { patienceMs }));
  } finally {
    spool.close();
  }
}

function lockOf(file: string): string {
  return join(dirname(file), `.${basename(file)}.lock`);
}

/** A file with equal inputs in several rows (edited by hand) is first merged with itself. */
async function rewriteWhole(
  folder: string,
  file: string,
  staged: ReturnType<typeof createStagedRows>,
): Promise<MergeCounts> {
  const counts = await rewriteDataset(file, staged);
  if (counts !== holdsDuplicates) return counts;
  const spool = openSpoolFile(folder);
  try {
    const known = createStagedRows(spool);
    for await (const record of readDatasetRecords(file)) known.add(record);
    await rewriteDataset(file, known, { isFresh: true });
  } finally {
    spool.close();
  }
  return rewriteWhole(folder, file, staged);
}

const longestBytes = 200;
const forbidden = /[/\\:*?"<>|\p{Cc}]/u;

/** Throws DatasetError if the name is not a valid file name on every system. */
function checkDatasetName(name: string): void {
  const fault = nameFault(name);
  if (fault === undefined) return;
  throw new DatasetError(`"${name}" is not a valid dataset name: ${fault}`, [], {
    hint: "use a file name without its extension, for example reviews or support.tickets-2026",
  });
}

function nameFault(name: string): string | undefined {
  if (name.trim() === "") return "it is empty";
  if (name.startsWith(".")) return "it starts with a dot";
  if (/[. ]$/.test(name)) return "it ends with a dot or a space";
  const [sign] = forbidden.exec(name) ?? [];
  if (sign !== undefined) return `it contains ${JSON.stringify(sign)}`;
  return Buffer.byteLength(name) > longestBytes ? `it is longer than ${longestBytes} bytes` : undefined;
}

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Dataset, DatasetSpec } from "../../src/contracts/dataset-store.ts";
import { DatasetError } from "../../src/core/errors.ts";
import { type ReadDatasetOptions, readDataset } from "../../src/datasets/read-dataset.ts";

type Mapping = Partial<Omit<DatasetSpec, "source">>;

/** A folder of data files for one test file, removed at its end. Names in messages are relative to it. */
export interface DataFolder {
  readonly path: string;
  write(name: string, content: string | Buffer): Promise<string>;
  /** Writes one file and reads it as a dataset named "rows". */
  read(
    name: string,
    content: string | Buffer,
    mapping?: Mapping,
    options?: ReadDatasetOptions,
  ): Promise<Dataset>;
  readSource(
    source: DatasetSpec["source"],
    mapping?: Mapping,
    options?: ReadDatasetOptions,
  ): Promise<Dataset>;
}

export async function createDataFolder(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), "dao-opt-test-"));
  afterAll(() => rm(path, { recursive: true, force: true }));
  const write: DataFolder["write"] = async (name, content) => {
    await writeFile(join(path, name), content);
    return join(path, name);
  };
  const readSource: DataFolder["readSource"] = (source, mapping = {}, options = {}) =>
    readDataset({ name: "rows", onBadRow: "fail", ...mapping, source }, { relativeTo: path, ...options });
  return {
    path,
    write,
    readSource,
    async read(name, content, mapping, options) {
      return readSource({ kind: "file", path: await write(name, content) }, mapping, options);
    },
  };
}

/** Message, hint and problems of a rejected read. */
export async function failureOf(reading: Promise<Dataset>) {
  const error: unknown = await reading.then(
    () => new Error("it did not fail"),
    (cause) => cause,
  );
  if (!(error instanceof DatasetError)) throw error;
  return { message: error.message, hint: error.hint, problems: error.problems };
}

export function jsonl(...rows: readonly unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

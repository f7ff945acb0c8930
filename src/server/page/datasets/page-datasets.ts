import { stat } from "node:fs/promises";
import type { DatasetConfig } from "../../../config/config.ts";
import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { DatasetError, NotFoundError } from "../../../core/errors.ts";
import { locateFile } from "../../../datasets/locate-file.ts";
import { datasetNotFound } from "../../../datasets/open-dataset-store.ts";
import type { RowFault } from "../../../datasets/rows/row-fault.ts";
import { readWrittenRows } from "../../../datasets/rows/row-reader.ts";
import { idOfKey } from "../../../datasets/store/key-table.ts";
import { type RecordRow, readRecordRows, recordOf } from "../../../datasets/store/read-records.ts";
import { openRows } from "../../../imports/open-rows.ts";
import type { ServerServices } from "../../server-services.ts";
import { addressOf, type QueryValues } from "../shell/page-links.ts";

export type DatasetServices = Pick<ServerServices, "datasets" | "project" | "mlflowRows">;

/** A row with what the pages show of it. */
export interface PageRow {
  readonly record: DatasetRecord;
  /** First 16 hex digits of the SHA-256 of the inputs, as in `dataset show`. */
  readonly id: string;
  /** The file of the row if there are several. */
  readonly part: string | undefined;
  readonly address: string;
}

/** Rows of one file. */
interface PageSource {
  readonly name: string;
  readonly rows: () => AsyncIterable<RecordRow>;
}

/** A collected dataset, or one of the config. */
export interface PageDataset {
  readonly name: string;
  /** Only collected rows are this program's own, to edit them. */
  readonly isCollected: boolean;
  /** Files, or where the rows come from. */
  readonly where: string;
  /** Absolute paths; empty if the rows are in no file of their own. */
  readonly files: readonly string[];
  /** The rows are those last fetched from MLflow. */
  readonly isCopy?: boolean;
  readonly sources: readonly PageSource[];
  /** Address of its page, or of a page below. */
  readonly addressAt: (below?: readonly string[], query?: QueryValues) => string;
  readonly rows: () => AsyncIterable<PageRow>;
}

/** A dataset in the list. */
export interface DatasetEntry {
  readonly name: string;
  readonly isCollected: boolean;
}

/** Collected datasets first. One of the config with the name of a collected one is listed beside it. */
export async function listPageDatasets({
  datasets,
  project,
}: DatasetServices): Promise<readonly DatasetEntry[]> {
  const collected = await datasets.list();
  return [
    ...collected.map((name) => ({ name, isCollected: true })),
    ...Object.keys(project?.datasets ?? {}).map((name) => ({ name, isCollected: false })),
  ];
}

/** Rejects with NotFoundError. Without `isOfConfig`, collected datasets win. */
export async function findPageDataset(
  { datasets, project, mlflowRows }: DatasetServices,
  name: string,
  isOfConfig = false,
): Promise<PageDataset> {
  const configured = Object.hasOwn(project?.datasets ?? {}, name) ? project?.datasets[name] : undefined;
  if (!isOfConfig) {
    const names = await datasets.list();
    if (names.includes(name)) return collectedDataset(datasets.fileOf(name), name);
    if (configured === undefined) throw datasetNotFound(name, names);
  }
  if (configured === undefined)
    throw new NotFoundError("dataset", name, Object.keys(project?.datasets ?? {}));
  return configuredDataset(configured, mlflowRows);
}

function collectedDataset(path: string, name: string): PageDataset {
  const rows = () => collectedRows(path);
  return datasetOf({ name, isCollected: true, where: path, files: [path] }, [{ name, rows }]);
}

/** Pages read no rows from the network. */
function unfetchedRows(key: string): AsyncIterable<RecordRow> {
  throw new DatasetError(`the rows of ${key} are in MLflow, and no copy of them is on this machine`, [], {
    hint: "open them there; a run fetches a copy, which is then shown here",
  });
}

/** An empty file is a dataset without rows. */
async function* collectedRows(path: string): AsyncGenerator<RecordRow> {
  const { size } = await stat(path);
  if (size > 0) yield* readRecordRows({ path, name: path, sizeBytes: size }, { openRows: readWrittenRows });
}

async function configuredDataset(
  { key, spec }: DatasetConfig,
  mlflowRows: DatasetServices["mlflowRows"],
): Promise<PageDataset> {
  const { source, inputs, expected } = spec;
  const mapping = {
    ...(inputs === undefined ? {} : { inputs }),
    ...(expected === undefined ? {} : { expected }),
  };
  const fileRows = async function* (path: string): AsyncGenerator<RecordRow> {
    yield* readRecordRows(await locateFile(path, {}), { openRows, ...mapping });
  };
  const frame = { name: key, isCollected: false, files: [] };
  switch (source.kind) {
    case "file":
      return datasetOf({ ...frame, where: source.path, files: [source.path] }, [
        { name: key, rows: () => fileRows(source.path) },
      ]);
    case "parts": {
      const parts = (["train", "validation", "test"] as const).flatMap((part) => {
        const path = source[part];
        return path === undefined ? [] : [{ name: part, path }];
      });
      return datasetOf(
        { ...frame, where: parts.map(({ path }) => path).join(", "), files: parts.map(({ path }) => path) },
        parts.map(({ name, path }) => ({ name, rows: () => fileRows(path) })),
      );
    }
    case "inline":
      return datasetOf({ ...frame, where: source.file }, [
        {
          name: key,
          rows: async function* () {
            for (const row of source.rows) {
              const faults: RowFault[] = [];
              const keyed = recordOf(row, mapping, faults);
              if (keyed !== undefined) yield { ...keyed, row, line: undefined };
            }
          },
        },
      ]);
    case "mlflow": {
      const path = await mlflowRows?.(source.reference);
      return path === undefined
        ? datasetOf({ ...frame, where: "MLflow" }, [{ name: key, rows: () => unfetchedRows(key) }])
        : datasetOf({ ...frame, where: path, files: [path], isCopy: true }, [
            { name: key, rows: () => fileRows(path) },
          ]);
    }
  }
}

function datasetOf(
  frame: Pick<PageDataset, "name" | "isCollected" | "where" | "files" | "isCopy">,
  sources: readonly PageSource[],
): PageDataset {
  const own: QueryValues = frame.isCollected ? {} : { from: "config" };
  const addressAt = (below: readonly string[] = [], query: QueryValues = {}) =>
    addressOf(["ui", "datasets", frame.name, ...below], { ...own, ...query });
  return {
    ...frame,
    sources,
    addressAt,
    rows: async function* () {
      for (const { name, rows } of sources) {
        for await (const { record, key } of rows()) {
          const id = idOfKey(key);
          const part = sources.length > 1 ? name : undefined;
          yield { record, id, part, address: addressAt(["rows", id]) };
        }
      }
    },
  };
}

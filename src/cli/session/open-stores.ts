import { join } from "node:path";
import type { DatasetStore } from "../../contracts/dataset-store.ts";
import { openDatasetStore } from "../../datasets/open-dataset-store.ts";
import { type FolderTraceStore, openTraceStore } from "../../traces/open-trace-store.ts";
import type { CliContext } from "../context.ts";

/** Traces and collected datasets of a state folder. */
export interface Stores {
  readonly traces: FolderTraceStore;
  readonly datasets: DatasetStore;
}

export function openStores(statePath: string, { clock }: Pick<CliContext, "clock">): Stores {
  return {
    traces: openTraceStore({ folder: join(statePath, "traces"), clock }),
    datasets: openDatasetStore({ folder: join(statePath, "datasets") }),
  };
}

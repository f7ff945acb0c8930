import { join } from "node:path";
import type { DatasetStore } from "../contracts/dataset-store.ts";
import type { TraceStore } from "../contracts/trace-store.ts";
import { openDatasetStore } from "../datasets/open-dataset-store.ts";
import { openTraceStore } from "../traces/open-trace-store.ts";
import type { CliContext } from "./context.ts";

/** Traces and collected datasets of a state folder. */
export interface Stores {
  readonly traces: TraceStore;
  readonly datasets: DatasetStore;
}

export function openStores(statePath: string, { clock }: Pick<CliContext, "clock">): Stores {
  return {
    traces: openTraceStore({ folder: join(statePath, "traces"), clock }),
    datasets: openDatasetStore({ folder: join(statePath, "datasets") }),
  };
}

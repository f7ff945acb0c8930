import { unrenderTrace } from "../../collect/import/unrender-trace.ts";
import { createUnrenderer } from "../../collect/unrender/create-unrenderer.ts";
import { templatesOfConfig } from "../../collect/unrender/known-template.ts";
import type { DatasetRecord, DatasetStore } from "../../contracts/dataset-store.ts";
import { thrownReason } from "../../core/errors.ts";
import type { Trace } from "../../core/trace.ts";
import { datasetRecordOf } from "../../traces/dataset-record.ts";
import type { OpenedConfig } from "./open-config.ts";

/** Gives a recorded call the template and variables it was made of, where they are known. */
export type RecoverTrace = (trace: Trace) => Trace;

/** By the prompts of a config; without one, calls keep what their labels say. */
export async function recoverWith(
  opened: Pick<OpenedConfig, "config" | "registry"> | undefined,
): Promise<RecoverTrace> {
  if (opened === undefined) return (trace) => trace;
  const templates = await templatesOfConfig(opened.config.prompts, opened.registry);
  const unrenderer = createUnrenderer(templates);
  const paths = new Set(templates.map(({ path }) => path));
  return (trace) => unrenderTrace(trace, unrenderer, paths).trace;
}

export interface ProxyRows {
  add(trace: Trace): void;
  /** Merges what has come, and no more after that; never rejects. */
  close(): Promise<void>;
  /** Rows merged, new or not; calls whose variables are not known; rows that could not be kept. */
  readonly counts: { readonly rows: number; readonly without: number; readonly lost: number };
}

const mergeEveryMs = 5000;
/** A merge reads the dataset through: of the time at most a twentieth goes into it. */
const mergeShare = 20;
const mostWaiting = 50_000;

/** Collects the rows of recorded calls and merges them into a dataset now and then. */
export function collectRows(
  dataset: string,
  datasets: Pick<DatasetStore, "merge">,
  warn: (text: string) => void,
  clock: { monotonicMs(): number },
): ProxyRows {
  let waiting: DatasetRecord[] = [];
  let merging: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const counts = { rows: 0, without: 0, lost: 0 };

  async function mergeWaiting(): Promise<void> {
    const records = waiting;
    waiting = [];
    if (records.length === 0) return;
    try {
      await datasets.merge(dataset, records);
      counts.rows += records.length;
    } catch (error) {
      // They stay for the next time: the disk may have room again.
      waiting = [...records, ...waiting];
      warn(`the dataset ${dataset} could not be written: ${thrownReason(error)}`);
    }
  }

  function schedule(afterMs: number): void {
    timer = setTimeout(() => {
      const startedMs = clock.monotonicMs();
      merging = mergeWaiting().then(() => {
        const tookMs = clock.monotonicMs() - startedMs;
        if (timer !== undefined) schedule(Math.max(mergeEveryMs, tookMs * mergeShare));
      });
    }, afterMs);
    // The server keeps the process up; a command that fails before it listens must end.
    timer.unref();
  }
  schedule(mergeEveryMs);

  return {
    counts,
    add(trace) {
      const record = datasetRecordOf(trace);
      if (record === undefined) counts.without++;
      else if (waiting.length < mostWaiting) waiting.push(record);
      else counts.lost++;
    },
    async close() {
      clearTimeout(timer);
      timer = undefined;
      await merging;
      await mergeWaiting();
      counts.lost += waiting.length;
      waiting = [];
    },
  };
}

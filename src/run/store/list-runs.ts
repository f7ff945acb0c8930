import { stat } from "node:fs/promises";
import type { RunRecord } from "../../contracts/run-record.ts";
import { type RunningState, type RunResultSummary, type RunSummary, summaryOfRecord } from "./run-summary.ts";

/** A part of the list of runs. */
export interface RunPart {
  readonly offset: number;
  readonly limit: number;
  /** `running`, or a status of a record; runs whose process ended early are `interrupted`. */
  readonly status?: string;
  /** Part of the config's name, in any case. */
  readonly config?: string;
}

export interface ListedRuns {
  readonly runs: readonly RunSummary[];
  /** Runs of the whole list; with a filter, those that match. */
  readonly total: number;
}

/** What a list needs of a folder with a run. */
interface ListedFolder {
  readonly run: string;
  readonly path: string;
}

interface RunReader<Folder extends ListedFolder> {
  folders(): Promise<readonly Folder[]>;
  readPlan(
    folder: Folder,
  ): Promise<{ readonly plan: { readonly config: string }; readonly startedAt: string }>;
  running(folder: Folder): Promise<RunningState | undefined>;
  readRecord(folder: Folder): Promise<RunRecord | undefined>;
  readSummary(folder: Folder): Promise<RunResultSummary | undefined>;
}

interface Kept {
  readonly stamp: number;
  readonly summary: RunSummary | undefined;
}

/** Folders read at the same time. */
const atOnce = 16;
/** A change within the same tick of the file system's clock would not be seen. */
const leastAgeMs = 2000;

/** Lists runs, newest first. What was read is kept until the folder changes: locks and records are files in it. */
export function createRunList<Folder extends ListedFolder>(
  reader: RunReader<Folder>,
): {
  all(): Promise<readonly RunSummary[]>;
  part(part: RunPart): Promise<ListedRuns>;
} {
  const kept = new Map<string, Kept>();
  // One record at a time: many do not fit in memory.
  let turn: Promise<unknown> = Promise.resolve();
  const resultOf = async (folder: Folder): Promise<RunResultSummary | undefined> => {
    const stored = await reader.readSummary(folder);
    if (stored !== undefined) return stored;
    const read = turn.then(async () => {
      const record = await reader.readRecord(folder).catch(() => undefined);
      return record === undefined ? undefined : summaryOfRecord(record);
    });
    turn = read;
    return read;
  };
  const read = async (folder: Folder): Promise<RunSummary | undefined> => {
    const stored = await reader.readPlan(folder).catch(() => undefined);
    if (stored === undefined) return undefined;
    const { plan, startedAt } = stored;
    const running = (await reader.running(folder)) ?? null;
    const result = running === null ? ((await resultOf(folder)) ?? null) : null;
    return { run: folder.run, path: folder.path, config: plan.config, startedAt, running, result };
  };
  const summaryOf = async (folder: Folder): Promise<RunSummary | undefined> => {
    const stamp = (await stat(folder.path).catch(() => undefined))?.mtimeMs;
    const known = kept.get(folder.run);
    if (known !== undefined && known.stamp === stamp) return known.summary;
    const summary = await read(folder);
    const isSettled = stamp !== undefined && Date.now() - stamp > leastAgeMs && summary?.running == null;
    if (isSettled) kept.set(folder.run, { stamp, summary });
    else kept.delete(folder.run);
    return summary;
  };
  const summariesOf = async (folders: readonly Folder[]): Promise<readonly RunSummary[]> => {
    const found: RunSummary[] = [];
    for (let at = 0; at < folders.length; at += atOnce) {
      const batch = await Promise.all(folders.slice(at, at + atOnce).map(summaryOf));
      found.push(...batch.filter((one) => one !== undefined));
    }
    return found;
  };
  return {
    all: async () => summariesOf(await reader.folders()),
    async part({ offset, limit, status, config }) {
      const folders = await reader.folders();
      if (status === undefined && config === undefined) {
        return {
          runs: await summariesOf(folders.slice(offset, offset + limit)),
          total: folders.length,
        };
      }
      const wanted = config?.toLowerCase();
      const found = (await summariesOf(folders)).filter(
        (one) =>
          (status === undefined || runStatus(one) === status) &&
          (wanted === undefined || one.config.toLowerCase().includes(wanted)),
      );
      return { runs: found.slice(offset, offset + limit), total: found.length };
    },
  };
}

/** `running`, the status of its record, or `interrupted`. */
export function runStatus({ running, result }: Pick<RunSummary, "running" | "result">): string {
  return running === null ? (result?.status ?? "interrupted") : "running";
}

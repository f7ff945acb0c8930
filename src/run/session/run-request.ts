import type { Config } from "../../config/config.ts";
import type { RunListener } from "../../contracts/events.ts";
import type { PromptRegistry } from "../../contracts/registry.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import type { RunRecord } from "../../contracts/run-record.ts";
import type { WorkerPool } from "../../contracts/worker-pool.ts";
import type { DaoOptError } from "../../core/errors.ts";
import type { IsProcessAlive, ProcessMark } from "../../disk/process-mark.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import type { FetchListener } from "../../project/fetch-mlflow-rows.ts";
import type { Project } from "../../project/project.ts";
import type { RunFolder } from "../store/run-store.ts";
import type { Interrupts } from "./interrupts.ts";
import type { WallClock } from "./run-context.ts";
import type { SessionLimits } from "./session-guard.ts";

/** Work for other systems beside a run, within its lock. Rejections fail the run. */
export interface RunCompanion {
  /** Before anything happens in the run's folder. */
  opened(folder: RunFolder): Promise<void>;
  /** After the record was written. Resolves to the record that replaces it, or to the same one. */
  published(record: RunRecord): Promise<RunRecord>;
}

/** The request for one session of a run, from the command line or a program. */
export interface RunRequest extends Interrupts {
  readonly opened: {
    readonly path: string;
    readonly config: Config;
    readonly registry: PromptRegistry;
    readonly catalog: Catalog;
  };
  readonly only?: readonly string[];
  /** true: the newest run of the config, or a new one if there is none. */
  readonly resume?: string | true;
  readonly replay?: string;
  readonly usesCache: boolean;
  readonly registersAnyway: boolean;
  readonly concurrency: number;
  /** Workers that make the attempts; absent: this process does. */
  readonly pool?: WorkerPool | undefined;
  readonly session: SessionLimits;
  readonly listeners: readonly RunListener[];
  readonly clock: WallClock;
  readonly ownProcess: ProcessMark;
  readonly isProcessAlive: IsProcessAlive;
  readonly toolVersion: string;
  /** Called when the plan is complete, before any call to a model. */
  readonly onPlanned: (plan: RunPlan, project: Project, notes: readonly string[]) => void;
  /** Called while rows are fetched from MLflow, before `onPlanned`. */
  readonly onFetch?: FetchListener;
  readonly companion?: RunCompanion;
  readonly exitCodeFor: (record: RunRecord, error: DaoOptError | undefined) => number;
}

import type { Agent } from "../../contracts/agent.ts";
import type { RunEvent, RunListener } from "../../contracts/events.ts";
import type { LanguageModel } from "../../contracts/language-model.ts";
import type { OptimizationPlan, PlanEstimate, RunPlan } from "../../contracts/run-plan.ts";
import type { Scorer } from "../../contracts/scorer.ts";
import type { Split } from "../../core/data/split.ts";
import type { DaoOptError } from "../../core/errors.ts";
import type { Catalog } from "../../plugins/catalog.ts";

export interface WallClock {
  now(): Date;
  /** Milliseconds since a fixed moment; never decreases. */
  monotonicMs(): number;
}

/** When the minutes of an optimization ran out: a resumed run must stop at the same call. */
interface Closings {
  /** Number of admissions before the budget was closed in an earlier session. */
  readonly of: (optimization: string) => number | undefined;
  readonly note: (optimization: string, admissions: number) => void;
  /** True while answers of an earlier session are repeated. */
  readonly isRepeating: () => boolean;
}

/** Default number of concurrent calls. */
export const defaultConcurrency = 8;

/** The live services of a run: everything `executeRun` needs besides plain values. */
export interface Runtime {
  readonly run: string;
  readonly catalog: Catalog;
  /** Folder that relative paths in plugin options and `use` are resolved against. */
  readonly directory: string;
  readonly clock: WallClock;
  /** Maximum number of concurrent calls, all models together. */
  readonly concurrency: number;
  readonly rows: (optimization: string) => Split;
  readonly model: (key: string) => LanguageModel;
  readonly agent: (plan: OptimizationPlan) => Promise<Agent | undefined>;
  readonly scorer: (plan: OptimizationPlan) => Promise<Scorer>;
  /**
   * Aborted by Ctrl-C, SIGTERM or a limit of this session (the reason is then an InterruptedError), or by an
   * error that concerns the whole run.
   */
  readonly signal: AbortSignal;
  readonly abort: (reason: DaoOptError) => void;
  readonly listeners: readonly RunListener[];
  /** Milliseconds of the run so far, as counted by `RunClock`. */
  readonly elapsedMs: () => number;
  readonly closings: Closings;
  readonly toolVersion: string;
  /** The estimate of an optimization before it began. */
  readonly estimateOf?: (optimization: string) => PlanEstimate | undefined;
}

/** Sends events to the listeners; a listener that throws or rejects gets no further events. */
export function createEmitter(runtime: Pick<Runtime, "listeners" | "run" | "clock">, optimization?: string) {
  const failed = new Set<RunListener>();
  return (event: RunEvent["event"]): void => {
    const line: RunEvent = {
      at: runtime.clock.now().toISOString(),
      run: runtime.run,
      ...(optimization === undefined ? {} : { optimization }),
      event,
    };
    for (const listener of runtime.listeners) {
      if (failed.has(listener)) continue;
      const exclude = () => failed.add(listener);
      try {
        // A user's listener may be async despite its type.
        const returned: unknown = listener(line);
        if (returned instanceof Promise) returned.catch(exclude);
      } catch {
        exclude();
      }
    }
  };
}

/** `calls`: those of the search when its engine reported the event. */
export type Emit = (event: RunEvent["event"], calls?: number) => void;

/** True if any model is rule-based: by provider, or by name over HTTP. */
export function isOfflinePlan(plan: OptimizationPlan, models: RunPlan["models"]): boolean {
  return Object.values(plan.models).some((key) => {
    const spec = key === undefined ? undefined : models[key];
    return spec?.provider === "offline" || spec?.name.startsWith("offline/") === true;
  });
}

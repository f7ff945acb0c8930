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
  /** Milliseconds since some fixed moment; never goes back. */
  monotonicMs(): number;
}

/** When the minutes of an optimization were over: a resumed run must stop at the same call. */
interface Closings {
  /** Admissions to the purse before it was closed in an earlier session. */
  readonly of: (optimization: string) => number | undefined;
  readonly note: (optimization: string, admissions: number) => void;
  /** True while answers of an earlier session are being repeated. */
  readonly isRepeating: () => boolean;
}

/** Calls under way at once where nobody said otherwise. */
export const defaultConcurrency = 8;

/** The live side of a run: everything `executeRun` needs that is no value. */
export interface Runtime {
  readonly run: string;
  readonly catalog: Catalog;
  /** Folder that relative paths in plugin options and `use` are resolved against. */
  readonly directory: string;
  readonly clock: WallClock;
  /** Cap on calls under way, all models together. */
  readonly concurrency: number;
  readonly rows: (optimization: string) => Split;
  readonly model: (key: string) => LanguageModel;
  readonly agent: (plan: OptimizationPlan) => Promise<Agent | undefined>;
  readonly scorer: (plan: OptimizationPlan) => Promise<Scorer>;
  /**
   * Aborted by Ctrl-C, SIGTERM or a limit of this session (its reason is then an InterruptedError), or
   * by an error that concerns the whole run.
   */
  readonly signal: AbortSignal;
  readonly abort: (reason: DaoOptError) => void;
  readonly listeners: readonly RunListener[];
  /** Milliseconds of the run so far, as `RunClock` counts them. */
  readonly elapsedMs: () => number;
  readonly closings: Closings;
  readonly toolVersion: string;
  /** What an optimization was taken to cost before it began. */
  readonly estimateOf?: (optimization: string) => PlanEstimate | undefined;
}

/** Sends events to whoever listens; a listener that throws or rejects is left alone from then on. */
export function createEmitter(runtime: Pick<Runtime, "listeners" | "run" | "clock">, optimization?: string) {
  const deaf = new Set<RunListener>();
  return (event: RunEvent["event"]): void => {
    const line: RunEvent = {
      at: runtime.clock.now().toISOString(),
      run: runtime.run,
      ...(optimization === undefined ? {} : { optimization }),
      event,
    };
    for (const listener of runtime.listeners) {
      if (deaf.has(listener)) continue;
      const leaveAlone = () => deaf.add(listener);
      try {
        // A user's listener may well be an async function, whatever its type says.
        const told: unknown = listener(line);
        if (told instanceof Promise) told.catch(leaveAlone);
      } catch {
        leaveAlone();
      }
    }
  };
}

export type Emit = ReturnType<typeof createEmitter>;

/** A rule-made model by its provider, or by its name when it is reached over HTTP. */
export function isOfflinePlan(plan: OptimizationPlan, models: RunPlan["models"]): boolean {
  return Object.values(plan.models).some((key) => {
    const spec = key === undefined ? undefined : models[key];
    return spec?.provider === "offline" || spec?.name.startsWith("offline/") === true;
  });
}

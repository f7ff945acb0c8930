import { resolve } from "node:path";
import { builtinCatalog } from "./builtins.ts";
import type { Config } from "./config/config.ts";
import { readConfig } from "./config/read-config.ts";
import type { RunListener } from "./contracts/events.ts";
import type { OptimizationRecord, PromptResult } from "./contracts/run-record.ts";
import { type DaoOptError, OptimizationError } from "./core/errors.ts";
import type { Template } from "./core/prompt/prompt.ts";
import { createProcessCheck, markOf } from "./disk/process-mark.ts";
import { Registry } from "./registry.ts";
import type { Interrupts } from "./run/session/interrupts.ts";
import { createEmitter, defaultConcurrency } from "./run/session/run-context.ts";
import type { RunResult } from "./run/session/run-project.ts";
import type { RunRequest } from "./run/session/run-request.ts";
import { runWithMlflow } from "./run/tracking/run-with-mlflow.ts";
import { toolVersion } from "./version.ts";

/** The resulting prompt of an optimization. */
export interface PromptToUse {
  /** Path in the registry. */
  readonly path: string;
  /** `prompts:/…/2`; null when the prompt is not in the registry. */
  readonly uri: string | null;
  readonly version: number | null;
  readonly template: Template;
}

/** The result of an optimization: the new version, or the base without a proven improvement. */
export interface OptimizedPrompt extends PromptToUse {
  /** True if a proven improvement was registered. */
  readonly improved: boolean;
  /** All prompts of the optimization; the first is this object. */
  readonly prompts: readonly PromptToUse[];
  /** The full record of the optimization. */
  readonly record: OptimizationRecord;
  /** Set by `optimizations.optimize()` if this optimization failed. */
  readonly error?: DaoOptError;
}

/** Where `AppConfig.fromFile` reads a config, and what overrides it. */
export interface AppConfigOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Overrides in the form of `--set`: `path=value`. */
  readonly set?: readonly string[];
}

/** The flags of `dao-opt run` as options. */
export interface OptimizeOptions {
  /** Maximum number of parallel calls; default 8. */
  readonly concurrency?: number;
  /** Resumes this run, or the newest run of the config if true. */
  readonly resume?: string | true;
  /** false disables the answer cache shared between runs. */
  readonly cache?: boolean;
  /** Stops this session after this many paid calls. */
  readonly maxCalls?: number;
  readonly maxCostUsd?: number;
  readonly timeoutMs?: number;
  readonly onEvent?: RunListener;
  /** Aborting stops the session; its answers are kept for `resume`. */
  readonly signal?: AbortSignal;
}

/** One entry of `prompt_optimizations`. */
export interface PromptOptimization {
  readonly name: string;
  /**
   * Optimizes, tests and registers. Resolves to the new prompt, or to the base with `improved: false`.
   * Rejects with a DaoOptError on failure.
   */
  optimize(options?: OptimizeOptions): Promise<OptimizedPrompt>;
}

/**
 * A config as a library object.
 *
 *     const config = await AppConfig.fromFile("config.yaml");
 *     const prompt = await config.optimizations.prompt_optimizations.optimize_sentiment.optimize();
 *     console.log(prompt.uri, prompt.version, prompt.improved);
 */
export class AppConfig {
  readonly config: Config;
  /** The config's registry. Calls are logged in the config's state folder. */
  readonly registry: Registry;
  readonly optimizations: {
    readonly prompt_optimizations: Readonly<Record<string, PromptOptimization>>;
    /** Runs all optimizations in order. Failed ones are in the map with `error`. */
    optimize(options?: OptimizeOptions): Promise<Readonly<Record<string, OptimizedPrompt>>>;
  };

  /** Reads and checks the file. Rejects with a ConfigError that holds every problem. */
  static async fromFile(file: string, options: AppConfigOptions = {}): Promise<AppConfig> {
    const cwd = options.cwd ?? process.cwd();
    const config = await readConfig(file, { cwd, env: options.env ?? process.env, set: options.set ?? [] });
    return new AppConfig(config, resolve(cwd, file));
  }

  /** `fromFile` under its Python name. */
  static async from_file(file: string, options: AppConfigOptions = {}): Promise<AppConfig> {
    return AppConfig.fromFile(file, options);
  }

  private constructor(config: Config, path: string) {
    this.config = config;
    this.registry = Registry.open(config.registryPath, { state: config.statePath });
    const opened = { path, config, registry: this.registry, catalog: builtinCatalog() };
    const entries = Object.entries(config.optimizations);
    const optimizeOne =
      (key: string) =>
      async (options: OptimizeOptions = {}) => {
        const { record, error } = await runFor({ ...requestOf(options, opened), only: [key] });
        const [result] = record.optimizations.map((one) => resultOf(one, error));
        if (error !== undefined || result === undefined) throw error;
        if (result.error !== undefined) throw result.error;
        return result;
      };
    this.optimizations = {
      prompt_optimizations: Object.fromEntries(
        entries.map(([key, { name }]) => [key, { name, optimize: optimizeOne(key) }]),
      ),
      async optimize(options = {}) {
        const { record, error } = await runFor(requestOf(options, opened));
        return Object.fromEntries(
          entries.flatMap(([key], at) => {
            const one = record.optimizations[at];
            return one === undefined ? [] : [[key, resultOf(one, error)]];
          }),
        );
      },
    };
  }
}

/** Without a terminal, what MLflow did not take is an event. */
async function runFor(request: RunRequest): Promise<RunResult> {
  const result = await runWithMlflow(request);
  const send = createEmitter({ ...request, run: result.folder.run });
  for (const message of result.warnings) send({ type: "warning", message });
  return result;
}

/** `runError` is the error that ended the run early; it is the cause for unfinished optimizations. */
function resultOf(record: OptimizationRecord, runError: DaoOptError | undefined): OptimizedPrompt {
  const isImproved = record.status === "improved";
  const prompts = record.prompts.map((prompt) => promptToUse(prompt, isImproved));
  const error = errorOf(record, runError);
  return {
    ...(prompts[0] as PromptToUse),
    improved: isImproved,
    prompts,
    record,
    ...(error === undefined ? {} : { error }),
  };
}

function promptToUse({ path, base, optimized }: PromptResult, isImproved: boolean): PromptToUse {
  const { uri, version, template } = isImproved && optimized !== null ? optimized : base;
  return { path, uri, version, template };
}

function errorOf(
  { name, status, reason, error }: OptimizationRecord,
  runError: DaoOptError | undefined,
): DaoOptError | undefined {
  if (status !== "failed" && status !== "skipped") return undefined;
  if (runError !== undefined && (status === "skipped" || error?.message === runError.message))
    return runError;
  return new OptimizationError(reason ?? `${name} failed`, { hint: error?.hint ?? undefined });
}

/** Builds a run request for a caller without a terminal. */
function requestOf(options: OptimizeOptions, opened: RunRequest["opened"]): RunRequest {
  const { resume, maxCalls, maxCostUsd, timeoutMs, onEvent, signal } = options;
  return {
    opened,
    ...(resume === undefined ? {} : { resume }),
    usesCache: options.cache ?? true,
    registersAnyway: false,
    concurrency: options.concurrency ?? defaultConcurrency,
    session: {
      ...(maxCalls === undefined ? {} : { calls: maxCalls }),
      ...(maxCostUsd === undefined ? {} : { usd: maxCostUsd }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    },
    listeners: onEvent === undefined ? [] : [onEvent],
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    ownProcess: markOf(process.pid),
    isProcessAlive: createProcessCheck((pid, signal) => process.kill(pid, signal)),
    ...interruptsOf(signal),
    toolVersion,
    onPlanned: () => {},
    exitCodeFor: ({ status }) => (status === "completed" ? 0 : 1),
  };
}

/** Forwards the caller's abort signal as an interrupt. */
function interruptsOf(signal: AbortSignal | undefined): Interrupts {
  return {
    onSignal(listener) {
      if (signal === undefined) return () => {};
      const stop = () => listener("SIGTERM", "the caller's signal");
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
      return () => signal.removeEventListener("abort", stop);
    },
    exitNow: () => {},
  };
}

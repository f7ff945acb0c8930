import { resolve } from "node:path";
import { builtinCatalog } from "./builtins.ts";
import type { Config } from "./config/config.ts";
import { readConfig } from "./config/read-config.ts";
import type { RunListener } from "./contracts/events.ts";
import type { PromptRegistry } from "./contracts/registry.ts";
import type { OptimizationRecord, RunRecord } from "./contracts/run-record.ts";
import { type DaoOptError, OptimizationError } from "./core/errors.ts";
import type { Template } from "./core/prompt.ts";
import { openRegistry } from "./registry/open-registry.ts";
import { runProject } from "./run/run-project.ts";
import { toolVersion } from "./version.ts";

/** What an optimization gave: the new version, or the base when nothing better was proven. */
export interface OptimizedPrompt {
  /** Path in the registry. */
  readonly path: string;
  /** Was a version registered that is proven better? */
  readonly improved: boolean;
  /** `prompts:/…/2`; null when the prompt is not in the registry. */
  readonly uri: string | null;
  readonly version: number | null;
  readonly template: Template;
  /** Everything known of the optimization. */
  readonly record: OptimizationRecord;
  /** Set in the map of `optimizations.optimize()` when this one failed. */
  readonly error?: DaoOptError;
}

export interface AppConfigOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Overrides as `--set` takes them: `path=value`. */
  readonly set?: readonly string[];
}

export interface OptimizeOptions {
  /** Calls under way at once; 8 by default. */
  readonly concurrency?: number;
  /** Goes on with this run, or with the newest of this config (true). */
  readonly resume?: string | true;
  /** Neither read nor write answers shared by runs. */
  readonly cache?: boolean;
  /** Stops this session after so many paid calls. */
  readonly maxCalls?: number;
  readonly maxCostUsd?: number;
  readonly timeoutMs?: number;
  readonly onEvent?: RunListener;
  readonly signal?: AbortSignal;
}

/** One entry of `prompt_optimizations`. */
export interface PromptOptimization {
  readonly name: string;
  /**
   * Optimizes, proves and registers. Resolves to the new prompt, or to the base with
   * `improved: false`; rejects with a DaoOptError when it fails.
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
  readonly registry: PromptRegistry;
  readonly optimizations: {
    readonly prompt_optimizations: Readonly<Record<string, PromptOptimization>>;
    /** All of them, one after the other. Failed ones are in the map too, with `error`. */
    optimize(options?: OptimizeOptions): Promise<Readonly<Record<string, OptimizedPrompt>>>;
  };

  /** Reads and checks the file; rejects with ConfigError holding every problem. */
  static async fromFile(file: string, options: AppConfigOptions = {}): Promise<AppConfig> {
    const cwd = options.cwd ?? process.cwd();
    const config = await readConfig(file, { cwd, env: options.env ?? process.env, set: options.set ?? [] });
    return new AppConfig(config, resolve(cwd, file));
  }

  private constructor(config: Config, path: string) {
    this.config = config;
    this.registry = openRegistry(config.registryPath);
    const opened = { path, config, registry: this.registry, catalog: builtinCatalog() };
    const run = async (options: OptimizeOptions, only?: readonly string[]) =>
      runProject({ opened, ...requestOf(options), ...(only === undefined ? {} : { only }) });
    const one = (key: string, name: string): PromptOptimization => ({
      name,
      async optimize(options = {}) {
        const { record, error } = await run(options, [key]);
        if (error !== undefined) throw error;
        const result = resultOf(record.optimizations[0] as OptimizationRecord);
        if (result.error !== undefined) throw result.error;
        return result;
      },
    });
    const entries = Object.entries(config.optimizations).map(
      ([key, { name }]) => [key, one(key, name)] as const,
    );
    this.optimizations = {
      prompt_optimizations: Object.fromEntries(entries),
      async optimize(options = {}) {
        const { record, error } = await run(options);
        const keys = Object.keys(config.optimizations);
        return Object.fromEntries(
          record.optimizations.map((optimization, at) => {
            const result = resultOf(optimization);
            const isCutShort = error !== undefined && ["failed", "skipped"].includes(optimization.status);
            return [keys[at] ?? optimization.name, isCutShort ? { ...result, error } : result];
          }),
        );
      },
    };
  }
}

function resultOf(record: OptimizationRecord): OptimizedPrompt {
  const prompt = record.prompts[0];
  const isImproved = record.status === "improved" && prompt?.optimized !== null;
  const taken = isImproved ? prompt?.optimized : prompt?.base;
  const error =
    record.status === "failed" || record.status === "skipped"
      ? new OptimizationError(record.reason ?? `${record.name} failed`, {
          hint: record.error?.hint ?? undefined,
        })
      : undefined;
  return {
    path: prompt?.path ?? "",
    improved: isImproved,
    uri: taken?.uri ?? null,
    version: taken?.version ?? null,
    template: taken?.template ?? "",
    record,
    ...(error === undefined ? {} : { error }),
  };
}

const defaultConcurrency = 8;

/** A run as the command line asks for it, for a caller that has no terminal. */
function requestOf(options: OptimizeOptions) {
  return {
    ...(options.resume === undefined ? {} : { resume: options.resume }),
    usesCache: options.cache ?? true,
    registersAnyway: false,
    concurrency: options.concurrency ?? defaultConcurrency,
    session: {
      ...(options.maxCalls === undefined ? {} : { calls: options.maxCalls }),
      ...(options.maxCostUsd === undefined ? {} : { usd: options.maxCostUsd }),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    },
    listeners: options.onEvent === undefined ? [] : [options.onEvent],
    clock: { now: () => new Date(), monotonicMs: () => performance.now() },
    pid: process.pid,
    isProcessAlive,
    onSignal: (listener: (signal: "SIGINT" | "SIGTERM") => void) => {
      const onAbort = () => listener("SIGTERM");
      options.signal?.addEventListener("abort", onAbort);
      return () => options.signal?.removeEventListener("abort", onAbort);
    },
    exitNow: () => {},
    toolVersion,
    onPlanned: () => {},
    exitCodeFor: (record: RunRecord) => (record.status === "completed" ? 0 : 1),
  };
}

function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "EPERM";
  }
}

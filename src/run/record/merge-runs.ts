import type { RunPlan } from "../../contracts/run-plan.ts";
import type { RunRecord, RunStatus } from "../../contracts/run-record.ts";
import { canonicalJson, digestOf } from "../../core/data/digest.ts";
import { UsageError } from "../../core/errors.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import { decisivePart } from "../plan/plan-differences.ts";

/** A finished run, as found in a run folder or among the artifacts of a CI job. */
export interface MergeSource {
  /** As the user named it. */
  readonly place: string;
  readonly record: RunRecord;
  /** Absent if only the record is there. */
  readonly plan?: RunPlan;
}

/**
 * The plan of the one run that would have done the same. Throws UsageError with every reason why the runs do not
 * belong together.
 */
export function mergePlans(sources: readonly MergeSource[]): RunPlan {
  const problems = [
    ...unfinished(sources),
    ...doubled(sources),
    ...differingConfigs(sources),
    ...differingModels(sources),
    ...differingData(sources),
  ];
  if (problems.length > 0) {
    const hint = [...new Set(problems.map(({ cure }) => cure))].join("; ");
    throw new UsageError(
      `these runs cannot be merged: ${problems.map(({ message }) => message).join("; ")}`,
      { hint },
    );
  }
  const models: RunPlan["models"] = Object.assign({}, ...sources.map(({ plan }) => plan?.models ?? {}));
  const modules: Record<string, string> = Object.assign(
    {},
    ...sources.map(({ plan }) => plan?.modules ?? {}),
  );
  const optimizations = sources.flatMap(({ record }) => record.optimizations.map((one) => one.plan));
  const own = Object.keys(modules).length === 0 ? {} : { modules };
  const isWhole = sources.every(({ plan }) => plan !== undefined);
  return {
    format: 1,
    rules: sources[0]?.plan?.rules ?? rulesNumber,
    digest: isWhole
      ? digestOf(decisivePart({ rules: rulesNumber, models, optimizations, ...own }))
      : digestOf(sources.map(({ record }) => record.planDigest)),
    config: sources[0]?.record.config ?? "",
    models,
    optimizations,
    ...own,
  };
}

interface Merged {
  readonly run: string;
  readonly plan: RunPlan;
  readonly toolVersion: string;
}

/** The record of the one run; its exit code is the caller's to decide. */
export function mergeRecords(sources: readonly MergeSource[], { run, plan, toolVersion }: Merged): RunRecord {
  const records = sources.map(({ record }) => record);
  const digest = records[0]?.configDigest;
  return {
    format: 1,
    run,
    config: plan.config,
    ...(digest === undefined ? {} : { configDigest: digest }),
    planDigest: plan.digest,
    status: worstStatus(records.map(({ status }) => status)),
    exitCode: 0,
    startedAt: records.map(({ startedAt }) => startedAt).sort()[0] ?? "",
    // One run does one optimization after the other.
    seconds: records.reduce((sum, { seconds }) => sum + seconds, 0),
    tool: { name: "dao-opt", version: toolVersion },
    optimizations: records.flatMap(({ optimizations }) => optimizations),
    mergedFrom: records.map((record) => record.run),
  };
}

function worstStatus(statuses: readonly RunStatus[]): RunStatus {
  return (["interrupted", "failed", "budget"] as const).find((one) => statuses.includes(one)) ?? "completed";
}

interface MergeProblem {
  readonly message: string;
  readonly cure: string;
}

/** Limits of a session leave work for `--resume`; a budget of the config does not. */
function unfinished(sources: readonly MergeSource[]): readonly MergeProblem[] {
  return sources.flatMap(({ place, record: { run, status, config, optimizations } }) => {
    const isOpen = optimizations.some((one) => one.status === "skipped" || one.stopped === "interrupted");
    if (status !== "interrupted" && !(status === "budget" && isOpen)) return [];
    return [
      { message: `${place} is not finished`, cure: `finish it: dao-opt run ${config} --resume ${run}` },
    ];
  });
}

function doubled(sources: readonly MergeSource[]): readonly MergeProblem[] {
  const places = new Map<string, string[]>();
  for (const { place, record } of sources)
    for (const { name } of record.optimizations) places.set(name, [...(places.get(name) ?? []), place]);
  return [...places].flatMap(([name, found]) =>
    found.length < 2
      ? []
      : [
          {
            message: `optimization ${name} is in ${found.join(" and ")}`,
            cure: "give each optimization once: use --only with a different name in each job",
          },
        ],
  );
}

const sameConfig = "run all optimizations with the same config file, the same --set and --seed";

function differingConfigs(sources: readonly MergeSource[]): readonly MergeProblem[] {
  const [first, ...others] = sources;
  if (first === undefined) return [];
  return others.flatMap(({ place, record: { config, configDigest } }) => {
    const isSame =
      configDigest === undefined || first.record.configDigest === undefined
        ? baseName(config) === baseName(first.record.config)
        : configDigest === first.record.configDigest;
    if (isSame) return [];
    const message = `${first.place} and ${place} have different configs (${shown(first.record)} and ${shown({ config, configDigest })})`;
    return [{ message, cure: sameConfig }];
  });
}

function shown({ config, configDigest }: { config: string; configDigest?: string | undefined }): string {
  return configDigest === undefined ? config : `${config}, digest ${configDigest.slice(0, 12)}`;
}

/** A variable of the environment may make them differ. */
function differingModels(sources: readonly MergeSource[]): readonly MergeProblem[] {
  return differing(
    "model",
    sources.map(({ place, record }) => ({
      place,
      things: record.optimizations.flatMap(({ models = {} }) =>
        Object.values(models).map(({ key, ...model }) => [key, model] as const),
      ),
    })),
  );
}

function differingData(sources: readonly MergeSource[]): readonly MergeProblem[] {
  return differing(
    "dataset",
    sources.map(({ place, record }) => ({
      place,
      things: record.optimizations.map(({ plan: { data } }) => [data.name, data.digest] as const),
    })),
  );
}

function differing(
  kind: string,
  sources: readonly { readonly place: string; readonly things: readonly (readonly [string, unknown])[] }[],
): readonly MergeProblem[] {
  const known = new Map<string, { readonly place: string; readonly text: string }>();
  const problems = new Map<string, MergeProblem>();
  for (const { place, things } of sources)
    for (const [key, thing] of things) {
      const text = canonicalJson(thing);
      const before = known.get(key) ?? { place, text };
      known.set(key, before);
      if (before.text === text) continue;
      const message = `${kind} ${key} of ${before.place} differs from that of ${place}`;
      problems.set(message, { message, cure: `use the same environment and files in every job` });
    }
  return [...problems.values()];
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

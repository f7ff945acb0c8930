import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";
import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { toRecordJson } from "../record/record-json.ts";

const longest = 60;

/** The differences between two plans, one line each: `optimizations.x.seed: 42 → 7`. */
export function differencesOf(before: RunPlan, after: RunPlan): readonly string[] {
  const lines = valueDifferences(byName(before), byName(after)).map(
    (one) => `${one.path}: ${show(one.before)} → ${show(one.after)}`,
  );
  return [...lines, ...changedModules(before, after)];
}

/** A value that differs; undefined on the side that has none. */
export interface ValueDifference {
  /** Dotted. */
  readonly path: string;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** The innermost values that differ. */
export function valueDifferences(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path = "",
): readonly ValueDifference[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  if (isJsonObject(before) && isJsonObject(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      valueDifferences(valueAt(before, key), valueAt(after, key), path === "" ? key : `${path}.${key}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, at) => valueDifferences(item, after[at], `${path}.${at}`));
  }
  return [{ path, before, after }];
}

function valueAt(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Optimizations keyed by name, so that paths read like the config's. */
function byName(plan: RunPlan): JsonValue {
  const { models, optimizations } = toRecordJson(decisivePart(plan));
  const named = plan.optimizations.map(({ name }, at) => [name, (optimizations as readonly JsonValue[])[at]]);
  return { models: models ?? null, optimizations: Object.fromEntries(named) };
}

/** Names only, because digests mean nothing to users. */
function changedModules(before: RunPlan, after: RunPlan): readonly string[] {
  return Object.entries(after.modules ?? {})
    .filter(([path, digest]) => before.modules?.[path] !== digest)
    .map(([path]) => `${path}: the module's content, or that of a file it imports`);
}

function show(value: JsonValue | undefined): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

/**
 * The part of a plan that determines the outcome of its run. The rest is not in the digest and may differ on
 * resume.
 */
export function decisivePart({
  rules,
  models,
  optimizations,
  modules,
}: Pick<RunPlan, "rules" | "models" | "optimizations" | "modules">) {
  const specs = Object.entries(models).map(([key, spec]) => [key, decisiveSpec(spec)]);
  return {
    rules,
    models: Object.fromEntries(specs),
    optimizations,
    ...(modules === undefined ? {} : { modules }),
  };
}

/** Retries, timeouts and concurrency do not affect the outcome. */
function decisiveSpec(spec: ModelSpec) {
  const {
    limits: _limits,
    timeoutMs: _timeoutMs,
    longTimeoutMs: _longTimeoutMs,
    retries: _retries,
    rateLimitPatienceMs: _patienceMs,
    ...decisive
  } = spec;
  return decisive;
}

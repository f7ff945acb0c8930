import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { RunPlan } from "../../contracts/run-plan.ts";

/** What of a plan decides the outcome of its run: the rest is outside the digest, and may differ on resume. */
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

/** How patiently and how many at once a model is asked decides nothing. */
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

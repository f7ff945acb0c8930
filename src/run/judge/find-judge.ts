import { basename } from "node:path";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { OptimizationPlan, RunPlan } from "../../contracts/run-plan.ts";
import type { Scorer, ScorerSpec } from "../../contracts/scorer.ts";
import { NotFoundError, UsageError } from "../../core/errors.ts";
import { nearNames } from "../../core/text/near-names.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import { createScorer } from "../../scorers/create-scorer.ts";
import { type JudgeIdentity, judgeIdentity } from "./judge-identity.ts";

/** A judge of a config: a scorer that asks a model, with the optimization that uses it. */
export interface FoundJudge {
  /** Place of the optimization in the plan. */
  readonly at: number;
  readonly plan: OptimizationPlan;
  readonly spec: ScorerSpec;
  readonly scorer: Scorer;
  readonly identity: JudgeIdentity;
}

interface Wanted {
  /** `--scorer`; undefined: the only judge of the config. */
  readonly name?: string | undefined;
  readonly catalog: Catalog;
  readonly directory: string;
}

/**
 * Finds the judge that is meant. A shipped judge that the config does not use is taken with its default options.
 * Rejects with NotFoundError, or with UsageError if several judges fit or none does.
 */
export async function findJudge(plan: RunPlan, wanted: Wanted): Promise<FoundJudge> {
  const judges = await judgesOf(plan, wanted);
  const { name } = wanted;
  const fitting = name === undefined ? judges : judges.filter(({ spec }) => isNamed(spec, name));
  const different = [...new Map(fitting.map((one) => [one.identity.digest, one])).values()];
  const [first, second] = different;
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined) {
    const listed = different.map((one) => `${one.spec.use} of ${one.plan.name}`).join(", ");
    throw new UsageError(`several judges fit: ${listed}`, {
      hint: name === undefined ? "name one with --scorer" : "choose an optimization with --only",
    });
  }
  if (name !== undefined) return shippedJudge(plan, name, judges, wanted);
  throw new UsageError("no scorer of this config asks a judge model", {
    hint: "name a judge with --scorer: equivalence, correctness, guidelines or pairwise",
  });
}

/** Every scorer of the plan that asks a model, in order. */
export async function judgesOf(
  plan: RunPlan,
  { catalog, directory }: Pick<Wanted, "catalog" | "directory">,
): Promise<readonly FoundJudge[]> {
  const found: FoundJudge[] = [];
  for (const [at, one] of plan.optimizations.entries()) {
    for (const spec of one.scorers) {
      const scorer = await createScorer([spec], catalog, directory);
      if (scorer.judgeCalls.most > 0) found.push(judgeOf(plan, at, spec, scorer));
    }
  }
  return found;
}

function judgeOf(plan: RunPlan, at: number, spec: ScorerSpec, scorer: Scorer): FoundJudge {
  const one = plan.optimizations[at] as OptimizationPlan;
  const model = plan.models[one.models.judge] as ModelSpec;
  const identity = judgeIdentity(spec, model, plan.modules?.[spec.use]);
  return { at, plan: one, spec, scorer, identity };
}

function isNamed({ use }: ScorerSpec, name: string): boolean {
  return use === name || use === `./${name}` || basename(use).replace(/\.[cm]?js$/, "") === name;
}

async function shippedJudge(
  plan: RunPlan,
  name: string,
  judges: readonly FoundJudge[],
  { catalog, directory }: Wanted,
): Promise<FoundJudge> {
  const shipped = ["equivalence", "correctness", "guidelines", "pairwise"];
  if (!shipped.includes(name)) {
    const names = [...new Set([...judges.map(({ spec }) => spec.use), ...shipped])];
    const near = nearNames(name, names, 2);
    throw new NotFoundError("judge", name, near, {
      hint: near.length > 0 ? undefined : `judges: ${names.join(", ")}`,
    });
  }
  const spec: ScorerSpec = { use: name, options: {}, weight: 1 };
  return judgeOf(plan, 0, spec, await createScorer([spec], catalog, directory));
}

import type { WrittenOptimization } from "../schema/optimization.ts";
import { dotted } from "../tree.ts";
import { environmentProblem } from "./registry-names.ts";
import type { Rule, RuleContext } from "./rule.ts";

const section = ["optimizations", "prompt_optimizations"] as const;

function each({ file }: RuleContext): [key: string, written: WrittenOptimization, path: readonly string[]][] {
  return Object.entries(file.optimizations.prompt_optimizations).map(([key, written]) => [
    key,
    written,
    [...section, key],
  ]);
}

const pairs = [
  ["prompt", "prompts"],
  ["dataset_name", "dataset"],
] as const;

const oneOfEach: Rule = (context) => {
  for (const [, written, path] of each(context)) {
    for (const [one, other] of pairs) {
      if (written[one] === undefined || written[other] === undefined || written[one] === written[other])
        continue;
      context.problems.report([...path, other], `both ${one} and ${other} are set`, "keep one of them");
    }
    if (written.select !== undefined && written.objectives.select !== undefined)
      context.problems.report(
        [...path, "objectives", "select"],
        "select is set twice",
        "keep the one next to objectives",
      );
  }
};

const promptsAreDistinct: Rule = ({ things, problems }) => {
  for (const [key, { prompts }] of Object.entries(things.optimizations)) {
    for (const [at, prompt] of prompts.entries()) {
      if (prompt === "" || prompts.indexOf(prompt) === at) continue;
      problems.report(
        [...section, key, "prompts", String(at)],
        `${prompt} is listed twice`,
        "remove one of them",
      );
    }
  }
};

const nameIsUnique: Rule = (context) => {
  const seen = new Map<string, string>();
  for (const [key, written, path] of each(context)) {
    const name = written.name ?? key;
    const first = seen.get(name);
    seen.set(name, first ?? dotted(path));
    if (first === undefined) continue;
    const place = written.name === undefined ? path : [...path, "name"];
    context.problems.report(place, `duplicate name: ${first} is also called ${name}`, "rename one of them");
  }
};

const gateFitsMode: Rule = (context) => {
  for (const [, { gate }, path] of each(context)) {
    if (gate.mode === "non_inferior" || gate.margin === undefined) continue;
    const mode = [...path, "gate", "mode"];
    context.problems.report(
      [...path, "gate", "margin"],
      "requires mode: non_inferior",
      "set the mode, or use min_gain",
      [mode],
    );
  }
};

const objectivesHaveWeight: Rule = (context) => {
  for (const [, { objectives }, path] of each(context)) {
    if (objectives.quality > 0 || objectives.prompt_tokens > 0) continue;
    context.problems.report(
      [...path, "objectives"],
      "all weights are 0",
      "set a weight for quality, for example 1",
    );
  }
};

const environmentIsUsable: Rule = (context) => {
  for (const [, { deploy_to }, path] of each(context)) {
    const problem = deploy_to === undefined ? undefined : environmentProblem(deploy_to);
    if (problem !== undefined)
      context.problems.report([...path, "deploy_to"], problem, "for example staging or production");
  }
};

/** A cap in US dollars requires a price for every call. */
const cappedModelsHavePrices: Rule = (context) => {
  const { things, references, problems } = context;
  for (const [key, written, path] of each(context)) {
    const optimization = things.optimizations[key];
    if (written.budget?.usd === undefined || optimization === undefined) continue;
    const { agent, reflectionModel, scorerModel, sourceModel } = optimization;
    const used = [things.agents[agent]?.model, reflectionModel, scorerModel, sourceModel];
    const all = used.flatMap((one) => [one ?? "", ...(things.models[one ?? ""]?.spec.fallbacks ?? [])]);
    const unpriced = [...new Set(all)].filter((one) => {
      const model = things.models[one];
      return model !== undefined && model.spec.price === undefined;
    });
    if (unpriced.length === 0) continue;
    const named = unpriced.map((one) => `${one} (${things.models[one]?.spec.name})`).join(", ");
    const where = unpriced
      .map((one) => dotted([...(references.model.things.get(one)?.path ?? []), "price"]))
      .join(", ");
    problems.report(
      [...path, "budget", "usd"],
      `no price is known for ${named}, so a cap in US dollars cannot be enforced`,
      `set ${where}, or cap calls, tokens or minutes instead`,
    );
  }
};

/** More rewrites of one step than anybody asks for: dao-ai's default is 50 and means something else. */
const manyCandidates = 20;

/** In dao-ai's later dialect, the number limits the answers that GEPA scores. */
const candidatesAreRewrites: Rule = (context) => {
  if (Object.keys(context.file.optimizations.training_datasets).length === 0) return;
  for (const [key, { num_candidates: count, budget }, path] of each(context)) {
    const steps = context.things.optimizations[key]?.maxSteps ?? null;
    if (count < manyCandidates || budget !== undefined || steps === null) continue;
    context.problems.warn(
      [...path, "num_candidates"],
      `${count} rewrites per step, up to ${count * steps} in ${steps} steps; in dao-ai, num_candidates limits the scored answers. To limit calls here, set budget: { calls: … }; 5 rewrites per step are usual`,
    );
  }
};

export const optimizationRules: readonly Rule[] = [
  oneOfEach,
  candidatesAreRewrites,
  promptsAreDistinct,
  nameIsUnique,
  gateFitsMode,
  objectivesHaveWeight,
  environmentIsUsable,
  cappedModelsHavePrices,
];

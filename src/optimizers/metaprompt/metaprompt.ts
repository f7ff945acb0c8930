import type { Evaluation, Lab, OptimizationTask, SearchEnd } from "../../contracts/optimizer.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { scoreText } from "../request/records.ts";
import { emitAttempts } from "../search/emit-attempts.ts";
import { createReflectionFailureCount } from "../search/reflection-failures.ts";
import { type Attempt, rewriteTexts } from "../search/rewrite-texts.ts";
import { settleAll } from "../search/settle-all.ts";
import { chooseExamples } from "./choose-examples.ts";
import type { MetapromptOptions } from "./options.ts";
import { rewritePrompt } from "./rewrite-prompt.ts";

const onlyStep = 1;

/** One pass: several rewrites at once, each measured on all validation rows. */
export async function rewriteOnce(
  task: OptimizationTask,
  lab: Lab,
  options: MetapromptOptions,
): Promise<SearchEnd> {
  const base = await lab.evaluate(task.seed, task.validation);
  if (isPerfect(base)) return { stopped: "perfect", steps: 0 };
  lab.emit({ type: "step-started", step: onlyStep, of: onlyStep });
  const examples = await chooseExamples(task, lab, options.examples);
  const versions = Array.from({ length: task.limits.candidatesPerStep }, (_, at) => at + 1);
  const attempts = await settleAll(
    versions.map((version) => {
      // Each version sees the examples in another order: what comes first weighs most.
      const order = lab.random.fork(`version ${version}`).shuffle(examples);
      const names = Object.keys(task.seed.texts);
      return rewriteTexts(lab, {
        step: onlyStep,
        by: "metaprompt",
        purpose: "rewrite",
        parents: [task.seed],
        settled: task.seed.texts,
        requests: Object.fromEntries(
          names.map((name) => [name, rewritePrompt(task, options, name, order, version)]),
        ),
      });
    }),
  );
  emitAttempts(lab, createReflectionFailureCount(), onlyStep, attempts);
  const best = await compare(task, lab, draftsOf(attempts), base);
  lab.emit({ type: "step-finished", step: onlyStep, best: best.candidate, validation: best.mean });
  return { stopped: isPerfect(best) ? "perfect" : "max_steps", steps: onlyStep };
}

function draftsOf(attempts: readonly Attempt[]): readonly Candidate[] {
  return attempts.flatMap((attempt) => (attempt.kind === "drafted" ? [attempt.candidate] : []));
}

async function compare(
  task: OptimizationTask,
  lab: Lab,
  drafts: readonly Candidate[],
  base: Evaluation,
): Promise<Evaluation> {
  const measured = await settleAll(
    drafts.map(async (candidate) => ({ candidate, found: await lab.evaluate(candidate, task.validation) })),
  );
  let best = base;
  for (const { candidate, found } of measured) {
    const { id, parents, texts } = candidate;
    if (leadOf(found, base) > 0)
      lab.emit({ type: "candidate-accepted", step: onlyStep, candidate: id, validation: found.mean });
    else {
      const reason = `validation ${scoreText(found.mean)}, no better than the present prompt's ${scoreText(base.mean)}`;
      lab.emit({ type: "candidate-rejected", step: onlyStep, candidate: id, parents, texts, reason });
    }
    if (leadOf(found, best) > 0) best = found;
  }
  return best;
}

/** Sum of the leads on the rows that both have a score on. */
function leadOf(one: Evaluation, other: Evaluation): number {
  return one.outcomes.reduce((sum, { score }, at) => {
    const theirs = other.outcomes[at]?.score;
    return score === undefined || theirs === undefined ? sum : sum + score.value - theirs.value;
  }, 0);
}

function isPerfect({ outcomes }: Evaluation): boolean {
  return outcomes.every(({ score }) => score?.value === 1);
}

import type { Evaluation, Lab, OptimizationTask, Outcome, SearchEnd } from "../../contracts/optimizer.ts";
import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import type { Candidate } from "../../core/prompt/candidate.ts";
import { defineOptimizer } from "../../plugins/define.ts";
import { scoreText } from "../request/records.ts";
import { createReflectionFailureCount } from "../search/reflection-failures.ts";
import { type Attempt, emitAttempts, estimateRewrites, rewriteTexts } from "../search/rewrite-texts.ts";
import { settleAll } from "../search/settle-all.ts";
import { type MetapromptOptions, metapromptOptions } from "./options.ts";
import { rewritePrompt } from "./rewrite-prompt.ts";

// Rows run for each example shown: enough to find failures of a good prompt.
const rowsPerExample = 2;
const shareOfFailures = 2 / 3;

/** Runs the seed on train rows and picks failures, plus successes that must not be lost. */
async function chooseExamples(task: OptimizationTask, lab: Lab, count: number): Promise<readonly Outcome[]> {
  const rows = lab.random
    .fork("examples")
    .shuffle(task.train)
    .slice(0, count * rowsPerExample);
  if (rows.length === 0) return [];
  const { outcomes } = await lab.evaluate(task.seed, rows);
  const isRight = ({ score }: Outcome) => score?.value === 1;
  const failures = outcomes.filter((outcome) => !isRight(outcome));
  const successes = outcomes.filter(isRight);
  const wanted = Math.max(Math.ceil(count * shareOfFailures), count - successes.length);
  const shown = failures.slice(0, wanted);
  return [...shown, ...successes.slice(0, count - shown.length)];
}

export const metaprompt = defineOptimizer({
  name: "metaprompt",
  revision: 2,
  summary: "one pass: rewrites by guidelines, and by examples if there are any; the best one is kept",
  options: metapromptOptions,
  estimate: estimateMetaprompt,
  create: (options) => ({ optimize: (task, lab) => rewriteOnce(task, lab, options) }),
});

const onlyStep = 1;

/** One pass: several rewrites in parallel, each measured on all validation rows. */
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
      // Each version gets the examples in another order, because the first ones weigh most.
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

/** Sum of the leads on rows scored for both. */
function leadOf(one: Evaluation, other: Evaluation): number {
  return one.outcomes.reduce((sum, { score }, at) => {
    const theirs = other.outcomes[at]?.score;
    return score === undefined || theirs === undefined ? sum : sum + score.value - theirs.value;
  }, 0);
}

function isPerfect({ outcomes }: Evaluation): boolean {
  return outcomes.every(({ score }) => score?.value === 1);
}

/** One pass, however many steps are planned; equal rewrites are validated once. */
function estimateMetaprompt({ examples }: MetapromptOptions, size: SearchSize): SearchCost {
  const { candidatesPerStep, texts, trainRows, validationRows } = size;
  const lesson = Math.min(trainRows, examples * rowsPerExample);
  const all = lesson + candidatesPerStep * validationRows;
  return {
    rollouts: { low: lesson + validationRows, likely: all, high: all },
    reflections: estimateRewrites(size, { low: 1, likely: 1, high: 1 }, texts),
  };
}

import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import type { Estimate, OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Example } from "../../core/data/example.ts";
import { textsOf } from "../../core/prompt/prompt-texts.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { estimateTokens } from "../../core/usage.ts";
import type { ProjectOptimization } from "../../project/project.ts";

/** What the engine says that its search costs; wide figures where it says nothing. */
export function searchCost(
  plan: OptimizationPlan,
  source: ProjectOptimization,
  callsForSearch: number,
): SearchCost {
  const size = sizeOf(plan, source, callsForSearch);
  return source.estimateSearch?.(size) ?? costOfAnySearch(size);
}

function sizeOf(
  { optimizer, prompts, data }: OptimizationPlan,
  { judgeCalls, split }: ProjectOptimization,
  callsForSearch: number,
): SearchSize {
  return {
    texts: Object.keys(textsOf(prompts)).length,
    candidatesPerStep: optimizer.candidatesPerStep,
    maxSteps: optimizer.maxSteps ?? Number.POSITIVE_INFINITY,
    patience: optimizer.patience,
    trainRows: split.isUnsplit ? 0 : data.parts.train,
    validationRows: data.parts.validation,
    rollouts: callsForSearch / (1 + judgeCalls.usual),
  };
}

// Shares of what is planned that a search of any kind makes use of, and what a proposal takes besides.
const stepShare: Estimate = { low: 0.34, likely: 0.8, high: 1 };
const stepsWithoutLimit: Estimate = { low: 1, likely: 6, high: 100 };
const validatedShare: Estimate = { low: 0.1, likely: 0.4, high: 1 };
const trainRowsPerProposal: Estimate = { low: 0, likely: 8, high: 20 };
const reflectionsPerProposal: Estimate = { low: 0, likely: 1.2, high: 2 };

/** For an engine of the user's own that does not say what it costs. */
function costOfAnySearch({ candidatesPerStep, maxSteps, trainRows, validationRows }: SearchSize): SearchCost {
  const proposals = (level: keyof Estimate): number => {
    const share = Math.max(1, maxSteps * stepShare[level]);
    return candidatesPerStep * (Number.isFinite(maxSteps) ? share : stepsWithoutLimit[level]);
  };
  const rollouts = (level: keyof Estimate) =>
    proposals(level) *
    (Math.min(trainRows, trainRowsPerProposal[level]) + validatedShare[level] * validationRows);
  const reflections = (level: keyof Estimate) => proposals(level) * reflectionsPerProposal[level];
  return {
    rollouts: { low: rollouts("low"), likely: rollouts("likely"), high: rollouts("high") },
    reflections: { low: reflections("low"), likely: reflections("likely"), high: reflections("high") },
  };
}

/** What a pure estimate needs to know of rows. */
interface EstimateFacts {
  /** Mean estimated tokens of a row's inputs. */
  readonly rowTokens: number;
  /** Mean estimated tokens of an expected answer. */
  readonly answerTokens: number;
}

/** What the price of a call depends on. */
export interface PriceParts {
  readonly plan: OptimizationPlan;
  readonly models: Readonly<Record<string, ModelSpec>>;
  readonly facts: EstimateFacts;
}

export interface EstimateParts extends PriceParts {
  readonly source: ProjectOptimization;
  /** Calls at once. */
  readonly concurrency: number;
}

/** Rows looked at for the mean length of inputs and answers. */
const sampleRows = 200;

export function estimateFacts(examples: readonly Example[]): EstimateFacts {
  const rows = examples.slice(0, sampleRows);
  const mean = (read: (row: Example) => string) => meanOf(rows.map((row) => estimateTokens(read(row))));
  return {
    rowTokens: mean(({ inputs }) => JSON.stringify(inputs)),
    answerTokens: mean(({ expected, sourceOutput }) => expected ?? sourceOutput ?? ""),
  };
}

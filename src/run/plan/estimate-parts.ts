import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { MeasuredTimes } from "../../contracts/model-times.ts";
import type { SearchCost, SearchSize } from "../../contracts/plugin.ts";
import type { Estimate, OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Example } from "../../core/data/example.ts";
import { textsOf } from "../../core/prompt/candidate.ts";
import { meanOf } from "../../core/statistics/mean.ts";
import { estimateTokens } from "../../core/usage.ts";
import type { ProjectOptimization } from "../../project/project.ts";

/** The engine's own estimate of its search; wide figures without one. */
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

// Typical shares of the planned steps and candidates that a search uses.
const stepShare: Estimate = { low: 0.34, likely: 0.8, high: 1 };
const stepsWithoutLimit: Estimate = { low: 1, likely: 6, high: 100 };
const validatedShare: Estimate = { low: 0.1, likely: 0.4, high: 1 };
const trainRowsPerProposal: Estimate = { low: 0, likely: 8, high: 20 };
const reflectionsPerProposal: Estimate = { low: 0, likely: 1.2, high: 2 };

/** For a user-defined engine without an estimate. */
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

/** The facts about rows that a pure estimate needs. */
interface EstimateFacts {
  /** Mean estimated tokens of a row's inputs. */
  readonly rowTokens: number;
  /** Mean estimated tokens of an expected answer. */
  readonly answerTokens: number;
}

/** The inputs of a call's price. */
export interface PriceParts {
  readonly plan: OptimizationPlan;
  readonly models: Readonly<Record<string, ModelSpec>>;
  readonly facts: EstimateFacts;
}

export interface EstimateParts extends PriceParts {
  readonly source: ProjectOptimization;
  /** Concurrent calls. */
  readonly concurrency: number;
  /** Measured times of earlier sessions. */
  readonly times: MeasuredTimes;
}

/** Number of rows sampled for the mean length of inputs and answers. */
const sampleRows = 200;

export function estimateFacts(examples: readonly Example[]): EstimateFacts {
  const rows = examples.slice(0, sampleRows);
  const mean = (read: (row: Example) => string) => meanOf(rows.map((row) => estimateTokens(read(row))));
  return {
    rowTokens: mean(({ inputs }) => JSON.stringify(inputs)),
    answerTokens: mean(({ expected, sourceOutput }) => expected ?? sourceOutput ?? ""),
  };
}

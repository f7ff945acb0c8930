import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { OptimizationPlan } from "../../contracts/run-plan.ts";
import type { Example } from "../../core/data/example.ts";
import { estimateTokens } from "../../core/usage.ts";
import type { ProjectOptimization } from "../../project/project.ts";

/** What a pure estimate needs to know of rows. */
export interface EstimateFacts {
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
  const mean = (read: (row: Example) => string) =>
    rows.reduce((sum, row) => sum + estimateTokens(read(row)), 0) / Math.max(1, rows.length);
  return {
    rowTokens: mean(({ inputs }) => JSON.stringify(inputs)),
    answerTokens: mean(({ expected, sourceOutput }) => expected ?? sourceOutput ?? ""),
  };
}

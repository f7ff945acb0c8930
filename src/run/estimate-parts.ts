import type { ModelSpec } from "../contracts/model-spec.ts";
import type { OptimizationPlan } from "../contracts/run-plan.ts";
import type { ProjectOptimization } from "../project/project.ts";

/** What a pure estimate needs to know of rows. */
export interface EstimateFacts {
  /** Mean estimated tokens of a row's inputs. */
  readonly rowTokens: number;
  /** Mean estimated tokens of an expected answer. */
  readonly answerTokens: number;
}

export interface EstimateParts {
  readonly plan: OptimizationPlan;
  readonly models: Readonly<Record<string, ModelSpec>>;
  readonly source: ProjectOptimization;
  readonly facts: EstimateFacts;
  /** Calls at once. */
  readonly concurrency: number;
}

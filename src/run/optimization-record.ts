import type { OptimizationPlan, PlannedPrompt, RunPlan } from "../contracts/run-plan.ts";
import type { OptimizationRecord, PromptResult, RowResult, TestScores } from "../contracts/run-record.ts";
import type { DaoOptError } from "../core/errors.ts";
import { templatesOf } from "../core/prompt-texts.ts";
import type { Split } from "../project/project.ts";
import type { CandidateLog } from "./candidate-log.ts";
import type { Winner } from "./choose-winner.ts";
import type { Ledger } from "./lab/ledger.ts";
import type { Meter } from "./lab/meter.ts";
import { paretoTable } from "./pareto-table.ts";
import { isOfflinePlan } from "./run-context.ts";
import type { SearchResult } from "./search-prompts.ts";
import { stopReasonOf } from "./stop-reason.ts";
import type { Verdict } from "./verdict.ts";

/** What an optimization has found, as far as it came. */
export interface Findings {
  readonly search?: SearchResult;
  readonly test?: TestScores | undefined;
  readonly source?: OptimizationRecord["scores"]["source"];
  readonly rows?: readonly RowResult[] | undefined;
  readonly verdict?: Verdict;
  readonly error?: DaoOptError;
}

/** Everything known of one optimization as one plain value. Nothing is registered yet. */
export function buildRecord(parts: {
  readonly plan: OptimizationPlan;
  readonly models: RunPlan["models"];
  readonly split: Split;
  readonly meter: Meter;
  readonly ledger: Ledger;
  readonly log: CandidateLog;
  readonly found: Findings;
  readonly seconds: number;
}): OptimizationRecord {
  const { plan, split, meter, ledger, log, found, seconds } = parts;
  const { search, test, source, verdict, error } = found;
  const winner = search?.winner;
  const validation =
    search === undefined || winner === undefined
      ? undefined
      : validationScores(search, winner, ledger, split);
  return {
    name: plan.name,
    plan,
    status: verdict?.status ?? "failed",
    reason: verdict?.reason ?? error?.message ?? null,
    advice: verdict?.advice ?? [],
    prompts: plan.prompts.map((prompt) => promptResult(prompt, plan, winner)),
    scores: {
      ...(validation === undefined ? {} : { validation }),
      ...(test === undefined ? {} : { test }),
      ...(source === undefined ? {} : { source }),
    },
    isUnsplit: split.isUnsplit,
    isOffline: isOfflinePlan(plan, parts.models),
    usage: { ...meter.byRole, total: meter.total },
    answers: meter.answers,
    stopped: (error === undefined ? null : stopReasonOf(error)) ?? search?.stopped ?? null,
    steps: search?.steps ?? log.steps,
    candidates: log.records(split.validation),
    reflectionFailures: log.reflectionFailures,
    ...(search === undefined || winner === undefined ? {} : { pareto: paretoTable(winner, search.seed.id) }),
    rows: found.rows ?? [],
    seconds,
    deployedTo: null,
    error:
      verdict !== undefined || error === undefined
        ? null
        : { code: error.code, message: error.message, hint: error.hint ?? null },
  };
}

/** A base that won was picked among many too; then it is told as such, on both sides alike. */
function validationScores(
  { seed, isBaseBest }: SearchResult,
  winner: Winner,
  ledger: Ledger,
  { validation }: Split,
): OptimizationRecord["scores"]["validation"] {
  return {
    base: isBaseBest ? winner.estimate : ledger.standing(seed.id, validation).mean,
    optimized: winner.estimate,
    measured: winner.mean,
    rows: validation.length,
  };
}

function promptResult(
  prompt: PlannedPrompt,
  plan: OptimizationPlan,
  winner: Winner | undefined,
): PromptResult {
  const template =
    winner === undefined
      ? prompt.template
      : (templatesOf(plan.prompts, winner.candidate.texts)[prompt.key] ?? prompt.template);
  return {
    key: prompt.key,
    path: prompt.path,
    base: {
      version: prompt.baseVersion,
      uri: prompt.baseVersion === null ? null : `prompts:/${prompt.path}/${prompt.baseVersion}`,
      template: prompt.template,
    },
    optimized: null,
    best: { template, validation: winner?.estimate ?? null },
  };
}

import type { ParetoTable } from "../../contracts/pareto-table.ts";
import type { RowResult } from "../../contracts/row-result.ts";
import type {
  EstimateCheck,
  OptimizationPlan,
  PlanEstimate,
  PlannedPrompt,
  RunPlan,
} from "../../contracts/run-plan.ts";
import type {
  CandidateRecord,
  FailureCount,
  ModelRecord,
  OptimizationRecord,
  PhaseCalls,
  PromptResult,
  ReflectionCounts,
  TestScores,
} from "../../contracts/run-record.ts";
import type { Split } from "../../core/data/split.ts";
import { defined } from "../../core/defined.ts";
import type { DaoOptError } from "../../core/errors.ts";
import { type CandidateId, templatesOf } from "../../core/prompt/candidate.ts";
import { meanInterval } from "../../core/statistics/mean-interval.ts";
import type { Amount } from "../budget/amount.ts";
import { failedRows } from "../gate/gate.ts";
import type { Verdict } from "../gate/verdict.ts";
import type { Meter } from "../lab/meter.ts";
import type { OutcomeStore } from "../lab/outcome-store.ts";
import type { CandidateLog } from "../search/candidate-log.ts";
import { type Appraisal, hasPrices } from "../search/choose-candidate.ts";
import type { Measured, Winner } from "../search/choose-winner.ts";
import type { SearchResult } from "../search/search-prompts.ts";
import { stopReasonOf } from "../session/interrupts.ts";
import { isOfflinePlan } from "../session/run-context.ts";
import { boundRows } from "./bound-rows.ts";

/** Results of an optimization so far. */
export interface Findings {
  readonly search?: SearchResult;
  readonly test?: TestScores | undefined;
  readonly source?: OptimizationRecord["scores"]["source"];
  readonly rows?: readonly RowResult[] | undefined;
  readonly verdict?: Verdict;
  readonly error?: DaoOptError;
}

/** The complete result of one optimization as a plain value, before registration. */
export function buildRecord(parts: {
  readonly plan: OptimizationPlan;
  readonly models: RunPlan["models"];
  readonly split: Split;
  readonly meter: Meter;
  readonly outcomeStore: OutcomeStore;
  readonly log: CandidateLog;
  readonly found: Findings;
  readonly seconds: number;
  readonly notes: readonly string[];
  readonly failures: readonly FailureCount[];
  readonly estimate: PlanEstimate | undefined;
  /** Calls until the base was measured; undefined if it was not. */
  readonly baseCalls: number | undefined;
}): OptimizationRecord {
  const { plan, split, meter, outcomeStore, log, found, seconds, notes } = parts;
  const { search, test, source, verdict, error } = found;
  const winner = search?.winner;
  const validation =
    search === undefined || winner === undefined
      ? undefined
      : validationScores(search, winner, outcomeStore, split);
  return {
    name: plan.name,
    plan,
    status: verdict?.status ?? "failed",
    reason: verdict?.reason ?? error?.message ?? null,
    advice: verdict?.advice ?? [],
    prompts: plan.prompts.map((prompt) => promptResult(prompt, plan, winner)),
    scores: defined({ validation, test, source }),
    isUnsplit: split.isUnsplit,
    isOffline: isOfflinePlan(plan, parts.models),
    usage: { ...meter.byRole, total: meter.total },
    answers: meter.answers,
    ...(notes.length === 0 ? {} : { notes }),
    ...(parts.estimate === undefined
      ? {}
      : { estimate: estimateCheck(parts.estimate, meter.charged, seconds) }),
    stopped: (error === undefined ? null : stopReasonOf(error)) ?? search?.stopped ?? null,
    steps: search?.steps ?? log.steps,
    candidates: withIntervals(log.records(split.validation), plan, outcomeStore, split),
    reflectionFailures: log.reflectionFailures,
    ...(parts.failures.length === 0 ? {} : { failures: parts.failures }),
    ...(search === undefined ? {} : { reflections: reflectionCounts(search, log) }),
    ...(search === undefined || winner === undefined ? {} : { pareto: paretoTable(winner, search.seed.id) }),
    ...boundRows(found.rows ?? []),
    models: modelRecords(plan, parts.models),
    ...(parts.baseCalls === undefined
      ? {}
      : { phaseCalls: phaseCalls(parts.baseCalls, search, meter.charged.calls) }),
    seconds,
    deployedTo: null,
    error:
      verdict !== undefined || error === undefined
        ? null
        : { code: error.code, message: error.message, hint: error.hint ?? null },
  };
}

/** A search that was cut short spent everything that was charged. */
function phaseCalls(base: number, search: SearchResult | undefined, total: number): PhaseCalls {
  return { base, search: search?.spent.calls ?? total, total };
}

/** Intervals for a chart need no more resamples than these. */
const resamples = 2000;

/** With the intervals of the candidates that were measured on every validation row. */
function withIntervals(
  candidates: readonly CandidateRecord[],
  { gate, seed }: OptimizationPlan,
  outcomeStore: OutcomeStore,
  { validation }: Split,
): readonly CandidateRecord[] {
  return candidates.map((candidate) => {
    const { id } = candidate;
    if (id === null) return candidate;
    const scores = outcomeStore.arrived(id, validation).flatMap(({ score }) => score?.value ?? []);
    if (scores.length === 0 || scores.length < validation.length) return candidate;
    const { confidence } = gate;
    return { ...candidate, validationInterval: meanInterval(scores, { confidence, seed, resamples }) };
  });
}

/** The models by role, without limits, addresses and other settings that change no answer. */
function modelRecords(
  { models }: OptimizationPlan,
  specs: RunPlan["models"],
): Readonly<Record<string, ModelRecord>> {
  return Object.fromEntries(
    Object.entries(models).flatMap(([role, key]) => {
      const spec = specs[key];
      if (spec === undefined) return [];
      const { name, provider, parameters, price } = spec;
      return [[role, defined({ key, name, provider, parameters, price })]];
    }),
  );
}

function estimateCheck(
  { calls, tokens, usd, seconds }: PlanEstimate,
  actual: Amount,
  actualSeconds: number,
): EstimateCheck {
  return {
    calls: { likely: calls.total.likely, actual: actual.calls },
    tokens: { likely: tokens.likely, actual: actual.tokens },
    usd: usd === null ? null : { likely: usd.likely, actual: actual.usd },
    seconds: seconds === null ? null : { likely: seconds.likely, actual: actualSeconds },
  };
}

/** A base that won was chosen among several too, so both sides report the estimate. */
function validationScores(
  { seed, isBaseBest }: SearchResult,
  winner: Winner,
  outcomeStore: OutcomeStore,
  { validation }: Split,
): OptimizationRecord["scores"]["validation"] {
  return {
    base: isBaseBest ? winner.estimate : outcomeStore.standing(seed.id, validation).mean,
    optimized: winner.estimate,
    measured: winner.mean,
    rows: validation.length,
    failed: failedRows(
      outcomeStore.arrived(seed.id, validation),
      outcomeStore.arrived(winner.candidate.id, validation),
    ),
  };
}

function reflectionCounts({ reflections }: SearchResult, log: CandidateLog): ReflectionCounts {
  const { asked, answered, failed } = reflections;
  return { asked, answered, failed, ...log.replies };
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

/**
 * Candidates measured on every validation row that no other one beats in both quality and price, best first,
 * and always the base and the chosen one. The price is that of a call in dollars if all have one, otherwise
 * the prompt's tokens.
 */
export function paretoTable({ chosen, reason, appraisals }: Winner, base: CandidateId): ParetoTable {
  const price = hasPrices(appraisals) ? "usd" : "prompt_tokens";
  const priceOf = ({ scoredCandidate }: Appraisal<Measured>) =>
    price === "usd" ? (scoredCandidate.usd ?? 0) : scoredCandidate.promptTokens;
  const isDominated = (one: Appraisal<Measured>, at: number) =>
    appraisals.some((other, place) => {
      const [better, cheaper] = [other.mean - one.mean, priceOf(one) - priceOf(other)];
      if (better < 0 || cheaper < 0) return false;
      return better > 0 || cheaper > 0 || place < at;
    });
  const isBase = ({ scoredCandidate }: Appraisal<Measured>) => scoredCandidate.candidate.id === base;
  const rows = appraisals
    .filter((one, at) => one === chosen || isBase(one) || !isDominated(one, at))
    .sort((one, other) => other.mean - one.mean || priceOf(one) - priceOf(other));
  return {
    price,
    reason,
    entries: rows.map((one) => ({
      candidate: one.scoredCandidate.candidate.id,
      isBase: isBase(one),
      isChosen: one === chosen,
      validation: one.estimate,
      measured: one.mean,
      promptTokens: one.scoredCandidate.promptTokens,
      outputTokens: one.scoredCandidate.outputTokens,
      usdPerThousandCalls: one.scoredCandidate.usd === null ? null : one.scoredCandidate.usd * 1000,
    })),
  };
}

import type { OptimizationRecord, PromptResult, TestScores } from "../../../contracts/run-record.ts";
import type { Template } from "../../../core/prompt/prompt.ts";
import {
  countOf,
  formatCount,
  formatGain,
  formatInterval,
  formatPercent,
  formatPercentInterval,
  formatSeconds,
  formatUsd,
  marked,
} from "../../terminal/format.ts";
import { type SummaryColumn, statusWords, uriOf, versionCell } from "./summary-cell.ts";

/** Smaller changes of the prompt's length are not worth a word. */
const leastLengthChange = 0.2;

/** The verdict in one or two sentences: what happened, how much, on which rows. */
export function describeVerdict(record: OptimizationRecord): string {
  const { status, reason, scores, error } = record;
  if (status === "improved" && scores.test !== undefined) {
    const { test } = scores;
    const gain = `${formatGain(test.difference)} ${formatInterval(test.interval)}`;
    const parts = [
      `${newPrompts(record)} ${judged(record, test)}, ${gain} on ${countOf(test.rows, "held-out row")}${changedRows(record)}`,
      ...lengthChange(record.prompts),
    ];
    return [parts.join("; "), ...parity(record)].join(". ");
  }
  if (status === "skipped") return reason ?? statusWords[status];
  if (status === "failed") {
    // A reason that holds the error's message also has what could not be done because of it.
    const isTold = error !== null && reason?.includes(error.message) === true;
    return isTold ? reason : (error?.message ?? reason ?? statusWords[status]);
  }
  return [`${statusWords[status]}${reason === null ? "" : `: ${reason}`}`, ...parity(record)].join(". ");
}

/** `version 2`, or what stands in its place. */
function newPrompts({ prompts }: OptimizationRecord): string {
  if (prompts.length > 1) return "the new versions";
  const version = prompts[0]?.optimized?.version;
  return version === undefined ? "the new prompt" : `version ${version}`;
}

function judged({ prompts, plan }: OptimizationRecord, { interval }: TestScores): string {
  const verb = prompts.length > 1 ? "are" : "is";
  return interval[0] > 0
    ? `${verb} better`
    : `${verb} not worse than the base by ${plan.gate.margin} or more`;
}

/** `: 44 better, 6 worse`, by the score of each row. */
function changedRows({ rows }: OptimizationRecord): string {
  const differences = rows.flatMap(({ base, optimized }) =>
    base.score === null || optimized.score === null ? [] : [optimized.score - base.score],
  );
  const better = differences.filter((difference) => difference > 0).length;
  const worse = differences.filter((difference) => difference < 0).length;
  return better + worse === 0 ? "" : `: ${formatCount(better)} better, ${formatCount(worse)} worse`;
}

/** `48 % shorter`, over all prompts of the optimization. */
function lengthChange(prompts: readonly PromptResult[]): readonly string[] {
  const sum = (length: (prompt: PromptResult) => number) =>
    prompts.reduce((total, prompt) => total + length(prompt), 0);
  const before = sum(({ base }) => lengthOf(base.template));
  const now = sum(({ best }) => lengthOf(best.template));
  const change = before === 0 ? 0 : now / before - 1;
  if (Math.abs(change) < leastLengthChange) return [];
  if (change >= 1) return [`${(change + 1).toFixed(1)} times as long`];
  return [`${Math.round(Math.abs(change) * 100)} % ${change < 0 ? "shorter" : "longer"}`];
}

function lengthOf(template: Template): number {
  return typeof template === "string"
    ? template.length
    : template.reduce((sum, { content }) => sum + (typeof content === "string" ? content.length : 0), 0);
}

/** `114 % [103, 129] of large`: the new model as a share of the source model, on the same rows. */
function parity({ scores: { source }, plan }: OptimizationRecord): readonly string[] {
  if (source === undefined) return [];
  const { promptVersion } = source;
  const ran =
    promptVersion === undefined
      ? ""
      : promptVersion === null
        ? " with the config's template"
        : ` with version ${promptVersion}`;
  return [
    `${formatPercent(source.parity)} ${formatPercentInterval(source.interval)} of ${plan.models.source ?? "the source model"}${ran}`,
  ];
}

/** What the table has no column for, one line, and one line for each of several prompts. */
export function factsBelow(record: OptimizationRecord, shown: ReadonlySet<SummaryColumn>): readonly string[] {
  if (record.status === "skipped") return [];
  const { prompts, usage, seconds } = record;
  const { total } = usage;
  const has = (column: SummaryColumn) => shown.has(column) && record.status !== "failed";
  const facts = [
    ...(prompts.length > 1 || has("uri") ? [] : [uriOf(record, 0) ?? prompts[0]?.path ?? ""]),
    ...(prompts.length > 1 || has("version") || versionCell(record) === "–"
      ? []
      : [`version ${versionCell(record)}`]),
    ...(has("calls") ? [] : [countOf(total.calls, "call")]),
    ...(has("tokens")
      ? []
      : [`${marked(formatCount(total.inputTokens + total.outputTokens), total.isEstimated)} tokens`]),
    ...(has("cost") || total.usd === null ? [] : [marked(formatUsd(total.usd), total.isEstimated)]),
    ...(has("time") ? [] : [formatSeconds(seconds)]),
  ];
  const several =
    prompts.length > 1
      ? prompts.map((prompt, at) => `${uriOf(record, at) ?? prompt.path}${movedFrom(prompt)}`)
      : [];
  return [...several, ...(facts.length === 0 ? [] : [facts.join(", ")])];
}

function movedFrom({ base, optimized }: PromptResult): string {
  const isMoved = optimized !== null && optimized.version !== base.version;
  return isMoved && base.version !== null ? `, from version ${base.version}` : "";
}

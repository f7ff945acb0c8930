import type { OptimizationRecord, RunRecord } from "../../contracts/run-record.ts";
import type { JsonObject } from "../../core/data/json.ts";
import { toCamelKeys, toSnakeKeys } from "../../core/data/key-case.ts";
import { noSpend, type Spend } from "../../core/usage.ts";

const noAnswers = { empty: 0, refusal: 0, cutOff: 0, filtered: 0, failed: 0 };

/** Adds fields that records of version 0.1.0 do not have. */
export function completeRecord(record: RunRecord): RunRecord {
  return { ...record, optimizations: record.optimizations.map(completeOptimization) };
}

function completeOptimization(one: OptimizationRecord): OptimizationRecord {
  const { usage, answers, scores } = one;
  const spends = Object.entries(usage).map(([role, spend]) => [role, completeSpend(spend)]);
  return {
    ...one,
    usage: Object.fromEntries(spends) as OptimizationRecord["usage"],
    answers: { ...noAnswers, ...answers },
    scores:
      scores.test === undefined
        ? scores
        : { ...scores, test: Object.assign({ failed: failedRows(one) }, scores.test) },
  };
}

function completeSpend(spend: Spend): Spend {
  return { ...noSpend, ...spend };
}

/** Rows without a score, by side. */
function failedRows({ rows }: OptimizationRecord): { readonly base: number; readonly optimized: number } {
  const failed = (side: "base" | "optimized") => rows.filter((row) => row[side].error !== null).length;
  return { base: failed("base"), optimized: failed("optimized") };
}

/** Keys whose values belong to the user or another format and are kept unchanged. */
const opaque: ReadonlySet<string> = new Set([
  "texts",
  "inputs",
  "template",
  "options",
  "tools",
  "tags",
  "responseFormat",
  "toolChoice",
  "other",
  "providerOptions",
  // Their keys are the user's own names; the specs below them are converted.
  "models.*",
  "modules",
  "variables",
  "attributes",
  "details",
  // Causes of failed and refused reflections, by name.
  "refused",
  "failed",
  // Parts of a score, by the scorer's own names.
  "parts",
]);

/** Converts a plan, record or event for storage: snake_case keys, without `undefined`. */
export function toRecordJson(value: object): JsonObject {
  return toSnakeKeys(value, opaque) as JsonObject;
}

/** The inverse of `toRecordJson`. */
export function fromRecordJson(json: JsonObject): JsonObject {
  return toCamelKeys(json, opaque) as JsonObject;
}

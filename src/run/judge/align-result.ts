import type { JudgeCheck } from "../../contracts/judge-check.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { RowResult } from "../../contracts/row-result.ts";
import type { OptimizationRecord } from "../../contracts/run-record.ts";
import type { JsonObject, JsonValue } from "../../core/data/json.ts";
import type { Template } from "../../core/prompt/prompt.ts";
import { createJudge, type JudgeName, readReply } from "../../scorers/judge/judge-verdict.ts";
import { type Agreement, agreementOf } from "./agreement.ts";
import type { AlignRows } from "./align-rows.ts";
import type { JudgedLabel } from "./ask-judge-of-labels.ts";
import { judgeIdentity } from "./judge-identity.ts";
import type { GatheredLabels } from "./labels/gather-labels.ts";

/** Agreement with people on the held-out labels, before and after. */
export interface AlignResult {
  readonly base: Agreement;
  readonly optimized: Agreement;
  /** Held-out replies of the optimized prompt without a readable verdict, and those that never came. */
  readonly unreadable: number;
  readonly failed: number;
}

interface AlignedRun {
  readonly record: OptimizationRecord;
  readonly use: JudgeName;
  readonly options: JsonObject;
  readonly gathered: GatheredLabels;
  readonly made: AlignRows;
  readonly passScore: number;
  readonly confidence: number;
}

/** Undefined if the gate was not measured. */
export async function alignResult(run: AlignedRun): Promise<AlignResult | undefined> {
  const { record, gathered, passScore, confidence } = run;
  if (record.rows.length === 0) return undefined;
  const options = { scale: gathered.scale, passScore, confidence };
  const [base, optimized] = await Promise.all([judgedRows(run, "base"), judgedRows(run, "optimized")]);
  const missing = (kind: "unreadable" | "failed") =>
    optimized.filter((one) => "missing" in one && one.missing === kind).length;
  return {
    base: agreementOf(base, options),
    optimized: agreementOf(optimized, options),
    unreadable: missing("unreadable"),
    failed: missing("failed"),
  };
}

async function judgedRows(
  { record, use, options, made }: AlignedRun,
  side: "base" | "optimized",
): Promise<readonly JudgedLabel[]> {
  const judge = createJudge(use, options);
  const judged = record.rows.map(async (row: RowResult): Promise<readonly JudgedLabel[]> => {
    const known = made.labels.get(row.example);
    if (known === undefined) return [];
    const { label } = known;
    const { output, error, missing } = row[side];
    if (output === null || error !== null)
      return [{ label, missing: "failed", reason: error ?? missing ?? "" }];
    const read = await readReply(judge, known.judged, output);
    if ("problem" in read) return [{ label, missing: "unreadable", reason: read.problem }];
    return [{ label, score: read, isAsked: true }];
  });
  return (await Promise.all(judged)).flat();
}

/** The held-out agreement as a check of the registered judge. */
export function alignedCheck(
  { record, use, options, gathered, confidence }: AlignedRun,
  { optimized, unreadable, failed }: AlignResult,
  details: {
    readonly run: string;
    readonly at: Date;
    readonly template: Template;
    readonly model: ModelSpec;
  },
): JudgeCheck {
  const spec = { use, options: { ...options, template: jsonOf(details.template) }, weight: 1 };
  return {
    at: details.at.toISOString(),
    judge: judgeIdentity(spec, details.model),
    labels: {
      source: gathered.source,
      digest: gathered.digest,
      scale: gathered.scale.kind,
      raters: gathered.raters,
    },
    confidence,
    rows: optimized.rows,
    agreed: optimized.agreed,
    kappa: { ...optimized.kappa },
    weightedKappa: optimized.weightedKappa && { ...optimized.weightedKappa },
    ...{ unreadable, failed },
    isOffline: record.isOffline,
    run: details.run,
  };
}

function jsonOf(template: Template): JsonValue {
  if (typeof template === "string") return template;
  return template.map(({ role, content }) => ({ role, content }));
}

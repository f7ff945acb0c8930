import { z } from "zod";
import type { OptimizationPlan } from "../../../contracts/run-plan.ts";
import { pricesOf } from "../../../run/plan/estimate-bills.ts";
import { estimateFacts } from "../../../run/plan/estimate-parts.ts";
import type { Look } from "../../context.ts";
import { countOf, formatCount, formatUsd } from "../../terminal/format.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { labelsOutput } from "./check-output.ts";
import type { PreparedCheck } from "./check-session.ts";

/** Output of `judge check --dry-run --json`. */
export const judgeCheckPlanOutputSchema = z.object({
  config: z.string(),
  optimization: z.string(),
  scorer: z.string(),
  model: z.string(),
  judge: z.string().describe("digest of scorer, options, instructions and model"),
  labels: z.object({ source: z.string(), answers: z.int() }).loose(),
  estimates: z.object({
    calls: z.number(),
    tokens: z.number(),
    usd: z.number().nullable().describe("null if the price is unknown"),
  }),
  notes: z.array(z.string()),
});

type JudgeCheckPlanOutput = z.infer<typeof judgeCheckPlanOutputSchema>;

/** What a check would cost if no answer were in the cache. */
export function judgeCheckPlan(config: string, prepared: PreparedCheck): JudgeCheckPlanOutput {
  const { plan, judge, gathered, asked } = prepared;
  const optimization = plan.optimizations[judge.at] as OptimizationPlan;
  const facts = estimateFacts(asked.map(({ example, answer }) => ({ ...example, sourceOutput: answer })));
  const prices = pricesOf({ plan: optimization, models: plan.models, facts }, 0, "likely");
  const calls = asked.length * judge.scorer.judgeCalls.usual;
  const { tokens, usd } = prices.judge(calls);
  return {
    config,
    optimization: judge.plan.name,
    scorer: judge.spec.use,
    model: plan.models[judge.plan.models.judge]?.name ?? judge.plan.models.judge,
    judge: judge.identity.digest,
    labels: labelsOutput(prepared),
    estimates: { calls, tokens: Math.round(tokens), usd },
    notes: [...gathered.notes],
  };
}

export function renderJudgeCheckPlan(output: JudgeCheckPlanOutput, look: Look): string {
  const { scorer, model, labels, estimates, notes } = output;
  const cost = estimates.usd === null ? "at an unknown price" : `about ${formatUsd(estimates.usd)}`;
  const lines = [
    `${scorer} (${model}) against ${countOf(labels.answers, "labelled answer")} of ${labels.source}`,
    `  about ${countOf(estimates.calls, "call")} and ${formatCount(estimates.tokens)} tokens, ${cost}; answers in the cache cost nothing`,
    ...notes.map((note) => `  · ${note}`),
    "no calls were made; run without --dry-run to start",
  ];
  return `${lines.map((line) => wrapText(line, look.columns)).join("\n")}\n`;
}

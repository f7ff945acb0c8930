import { z } from "zod";
import type { Estimate, PlanEstimate, RunPlan } from "../../../contracts/run-plan.ts";
import { headroomOutputSchema } from "../headroom/output.ts";

const estimate = z.object({ low: z.number(), likely: z.number(), high: z.number() });

/** Output of `run --dry-run --json`: the plan with estimates. */
export const planOutputSchema = z.object({
  config: z.string(),
  digest: z.string(),
  concurrency: z.int(),
  warnings: z.array(z.string()),
  notes: z.array(z.string()),
  files: z.array(z.string()).describe("files that the run would write"),
  optimizations: z.array(
    z.object({
      name: z.string(),
      prompts: z.array(z.object({ path: z.string(), base_version: z.int().nullable() })),
      optimizer: z.string(),
      scorers: z.array(z.string()),
      models: z.record(z.string(), z.string()).describe("role → model id"),
      dataset: z.object({
        name: z.string(),
        rows: z.int(),
        train: z.int(),
        validation: z.int(),
        test: z.int(),
      }),
      budget: z.object({
        calls: z.number().optional(),
        usd: z.number().optional(),
        tokens: z.number().optional(),
        minutes: z.number().optional(),
      }),
      estimates: z.object({
        calls: z.object({
          target: estimate,
          reflection: estimate,
          judge: estimate,
          source: estimate,
          total: estimate,
        }),
        tokens: estimate,
        usd: estimate.nullable().describe("null if a price is unknown"),
        seconds: estimate.nullable().describe("null if a model was never timed"),
      }),
    }),
  ),
  headroom: headroomOutputSchema.optional().describe("with --probe only"),
});

export type PlanOutput = z.infer<typeof planOutputSchema>;

export function planOutput(
  plan: RunPlan,
  estimates: readonly PlanEstimate[],
  context: {
    readonly concurrency: number;
    readonly warnings: readonly string[];
    readonly notes: readonly string[];
    readonly statePath: string;
    readonly registryPath: string;
  },
): PlanOutput {
  const runFiles = [
    "plan.json",
    "journal.jsonl",
    "events.jsonl",
    "candidates.jsonl",
    "record.json",
    "report.html",
  ];
  return {
    config: plan.config,
    digest: plan.digest,
    concurrency: context.concurrency,
    warnings: [...context.warnings],
    notes: [...context.notes],
    files: [
      ...runFiles.map((name) => `${context.statePath}/runs/<run>/${name}`),
      `${context.statePath}/cache/`,
      ...plan.optimizations.flatMap(({ prompts }) =>
        prompts.map(({ path }) => `${context.registryPath}/${path}/ (when the gate passes)`),
      ),
    ],
    optimizations: plan.optimizations.map((one, at) => {
      const { calls, tokens, usd, seconds } = estimates[at] as PlanEstimate;
      return {
        name: one.name,
        prompts: one.prompts.map(({ path, baseVersion }) => ({ path, base_version: baseVersion })),
        optimizer: one.optimizer.use,
        scorers: one.scorers.map(({ use }) => use),
        models: Object.fromEntries(
          Object.entries(one.models).map(([role, key]) => [role, plan.models[key]?.name ?? key]),
        ),
        dataset: { name: one.data.name, rows: one.data.rows, ...one.data.parts },
        budget: { ...one.budget },
        estimates: {
          calls: {
            target: plain(calls.target),
            reflection: plain(calls.reflection),
            judge: plain(calls.judge),
            source: plain(calls.source),
            total: plain(calls.total),
          },
          tokens: plain(tokens),
          usd: usd === null ? null : plain(usd),
          seconds: seconds === null ? null : plain(seconds),
        },
      };
    }),
  };
}

function plain({ low, likely, high }: Estimate) {
  return { low, likely, high };
}

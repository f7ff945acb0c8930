import { z } from "zod";
import type { ParetoTable } from "../../../contracts/pareto-table.ts";
import type { OptimizationPlan } from "../../../contracts/run-plan.ts";
import type {
  OptimizationRecord,
  PromptResult,
  ReflectionCounts,
  RunRecord,
} from "../../../contracts/run-record.ts";
import { endingErrorSchema, endingSchema } from "../../output/ending-output.ts";
import { judgeOutput, judgeSchema } from "../../output/judge-output.ts";
import {
  answersOutput,
  answersSchema,
  scoresOutput,
  scoresSchema,
  spendOutput,
  spendSchema,
} from "../../output/spend-output.ts";

const template = z
  .union([z.string(), z.array(z.object({ role: z.string(), content: z.string() }))])
  .describe("text, or a list of messages");

const versionReference = z.object({
  version: z.int().nullable().describe("null if the base is not in the registry"),
  uri: z.string().nullable(),
});

const promptFields = {
  prompt: z.string().describe("path of the prompt in the registry"),
  base: versionReference,
  optimized: z
    .object({
      version: z.int(),
      uri: z.string(),
      mlflow_uri: z.string().optional().describe("in MLflow, if the version was pushed there"),
      template,
    })
    .nullable()
    .describe("registered version; null if none"),
  best: z.object({
    template,
    validation: z.number().nullable().describe("estimate, as in scores.validation.optimized"),
  }),
};

const reflections = z.object({
  asked: z.int(),
  answered: z.int().describe("replies with a text"),
  failed: z.record(z.string(), z.int()).describe("reflections without a text, by cause"),
  refused: z.record(z.string(), z.int()).describe("unusable replies, by cause"),
  unfenced: z.int().describe("replies used without a complete fenced block"),
});

const paretoEntry = z.object({
  candidate: z.string(),
  base: z.boolean(),
  chosen: z.boolean(),
  validation: z.number().describe("estimate, as in scores.validation.optimized"),
  measured: z.number().describe("mean over all validation rows"),
  prompt_tokens: z.int().describe("estimated tokens of the prompt's texts"),
  output_tokens: z.number().nullable().describe("mean per call; null if unknown"),
  usd_per_thousand_calls: z.number().nullable().describe("as measured; null if a price is unknown"),
});

const optimization = z.object({
  name: z.string(),
  prompt: promptFields.prompt.optional(),
  status: z.enum(["improved", "no_proven_improvement", "regressed", "failed", "skipped"]),
  reason: z.string().nullable(),
  advice: z.array(z.string()),
  optimizer: z.string(),
  offline: z
    .boolean()
    .describe("true if a rule-based offline model took part; the figures do not apply to real models"),
  base: promptFields.base.optional(),
  optimized: promptFields.optimized.optional(),
  best: promptFields.best.optional(),
  prompts: z
    .array(z.object(promptFields))
    .optional()
    .describe("replaces prompt, base, optimized and best if several prompts were optimized together"),
  scores: scoresSchema,
  usage: z.object({
    target: spendSchema,
    reflection: spendSchema,
    judge: spendSchema,
    source: spendSchema,
    total: spendSchema,
  }),
  answers: answersSchema,
  reflections: reflections.optional(),
  judges: z.array(judgeSchema).optional().describe("absent if no judge scores the answers"),
  notes: z.array(z.string()).describe("number of missing answers and their likely cause"),
  failures: z
    .array(z.object({ code: z.string(), message: z.string(), hint: z.string().nullable(), count: z.int() }))
    .optional()
    .describe("causes of failed rows with their counts"),
  stopped: z
    .enum([
      "max_steps",
      "budget_calls",
      "budget_usd",
      "budget_tokens",
      "budget_minutes",
      "perfect",
      "no_progress",
      "rate_limit",
      "quota",
      "reflections_failed",
      "interrupted",
    ])
    .nullable(),
  steps: z.int(),
  candidates: z.int(),
  pareto: z
    .object({
      price: z.enum(["usd", "prompt_tokens"]).describe("unit of the price of a call"),
      reason: z.string().describe("reason for the choice"),
      entries: z.array(paretoEntry),
    })
    .optional()
    .describe(
      "quality against price, if `objectives` or `select` require it: the candidates that no other one beats",
    ),
  seconds: z.number(),
  deployed_to: z.string().nullable(),
  error: endingErrorSchema,
});

/** Output of `run --json`. */
export const runOutputSchema = z.object({
  run: z.string(),
  config: z.string(),
  status: endingSchema,
  exit_code: z.int(),
  seconds: z.number(),
  optimizations: z.array(optimization),
});

export type RunOutput = z.infer<typeof runOutputSchema>;

/** The output of `run --json` and `runs show --json` for a record. */
export function runOutput(record: RunRecord): RunOutput {
  return {
    run: record.run,
    config: record.config,
    status: record.status,
    exit_code: record.exitCode,
    seconds: record.seconds,
    optimizations: record.optimizations.map(optimizationOutput),
  };
}

function optimizationOutput(record: OptimizationRecord): RunOutput["optimizations"][number] {
  const prompts = record.prompts.map(promptOutput);
  const single = prompts.length === 1 ? prompts[0] : undefined;
  return {
    name: record.name,
    ...(single === undefined ? { prompts } : single),
    status: record.status,
    reason: record.reason,
    advice: [...record.advice],
    optimizer: record.plan.optimizer.use,
    offline: record.isOffline,
    scores: scoresOutput(record.scores),
    usage: {
      target: spendOutput(record.usage.target),
      reflection: spendOutput(record.usage.reflection),
      judge: spendOutput(record.usage.judge),
      source: spendOutput(record.usage.source),
      total: spendOutput(record.usage.total),
    },
    answers: answersOutput(record.answers),
    ...(record.reflections === undefined ? {} : { reflections: reflectionsOutput(record.reflections) }),
    ...(record.judges === undefined ? {} : { judges: record.judges.map(judgeOutput) }),
    notes: [...(record.notes ?? [])],
    ...(record.failures === undefined ? {} : { failures: record.failures.map((one) => ({ ...one })) }),
    stopped: record.stopped,
    steps: record.steps,
    candidates: record.candidates.filter(({ status }) => status !== "seed").length,
    ...(record.pareto === undefined || !weighsPrice(record.plan)
      ? {}
      : { pareto: paretoOutput(record.pareto) }),
    seconds: record.seconds,
    deployed_to: record.deployedTo,
    error: record.error,
  };
}

function reflectionsOutput({ asked, answered, failed, refused, unfenced }: ReflectionCounts) {
  return { asked, answered, failed: { ...failed }, refused: { ...refused }, unfenced };
}

function paretoOutput({ price, reason, entries }: ParetoTable) {
  return {
    price,
    reason,
    entries: entries.map((entry) => ({
      candidate: entry.candidate,
      base: entry.isBase,
      chosen: entry.isChosen,
      validation: entry.validation,
      measured: entry.measured,
      prompt_tokens: entry.promptTokens,
      output_tokens: entry.outputTokens,
      usd_per_thousand_calls: entry.usdPerThousandCalls,
    })),
  };
}

function promptOutput({ path, base, optimized, best }: PromptResult) {
  return {
    prompt: path,
    base: { version: base.version, uri: base.uri },
    optimized:
      optimized === null
        ? null
        : {
            version: optimized.version,
            uri: optimized.uri,
            ...(optimized.mlflowUri === undefined ? {} : { mlflow_uri: optimized.mlflowUri }),
            template: plainTemplate(optimized.template),
          },
    best: { template: plainTemplate(best.template), validation: best.validation },
  };
}

function plainTemplate(value: PromptResult["best"]["template"]) {
  return typeof value === "string" ? value : value.map(({ role, content }) => ({ role, content }));
}

/** True if the choice of the winner considers more than quality. */
export function weighsPrice({
  objectives,
  select,
}: Pick<OptimizationPlan, "objectives" | "select">): boolean {
  return objectives.promptTokens !== 0 || select.kind === "cheapest_within";
}

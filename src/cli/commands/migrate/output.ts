import { z } from "zod";
import type { GatheredRows } from "../../../collect/migrate/gather-rows.ts";
import type {
  MigrationOutcome,
  MigrationSide,
  RowChange,
} from "../../../collect/migrate/migration-outcome.ts";
import { diffWords } from "../../../core/text/text-diff.ts";
import { endingErrorSchema, endingSchema } from "../../output/ending-output.ts";
import { skippedOutput, skippedSchema } from "../../output/error-output.ts";
import { renderTemplateText } from "../registry/history.ts";
import { runOutputSchema } from "../run/output.ts";
import { planOutputSchema } from "../run/plan-output.ts";

const side = z.object({
  model: z.string().describe("its key in the config"),
  score: z.number().nullable().describe("on the held-out rows"),
  usd_per_call: z.number().nullable(),
  latency_ms: z.number().nullable(),
});

const answer = z.object({ output: z.string().nullable(), score: z.number().nullable() });
const change = z.object({
  example: z.string(),
  inputs: z.record(z.string(), z.unknown()),
  expected: z.string().nullable(),
  source: answer,
  target: answer,
});

/** Output of `migrate --json`. */
export const migrateOutputSchema = z.object({
  config: z.string(),
  status: endingSchema,
  exit_code: z.int(),
  rows: z
    .array(
      z.object({
        optimization: z.string(),
        dataset: z.string(),
        from: z.enum(["dataset", "collected", "traces"]),
        answered: z.int().nullable().describe("by the source model, just now"),
        failed: z.int().nullable(),
        traces: z
          .object({
            traces: z.int(),
            rows: z.int(),
            ambiguous: z.int(),
            unmatched: z.int(),
            failed: z.int().describe("skipped calls without a usable answer"),
            skipped: skippedSchema,
          })
          .nullable(),
      }),
    )
    .describe("where the rows came from"),
  migrations: z.array(
    z.object({
      name: z.string(),
      decision: z.enum(["at_parity", "below_parity", "not_measured", "failed"]),
      reason: z.string(),
      source: side,
      target: side,
      parity: z.number().nullable().describe("score of the target ÷ score of the source"),
      parity_interval: z.tuple([z.number(), z.number()]).nullable(),
      rows: z.int().describe("held-out rows scored for both models"),
      worse: z.array(change),
      better: z.array(change),
      prompts: z.array(
        z.object({
          prompt: z.string(),
          version: z.int().nullable(),
          diff: z.array(z.object({ kind: z.enum(["same", "added", "removed"]), text: z.string() })),
        }),
      ),
      paste: z.string().nullable().describe("lines for the config; null if nothing was registered"),
    }),
  ),
  run: runOutputSchema.nullable().describe("null if collecting stopped early"),
  error: endingErrorSchema,
});

/** Output of `migrate --dry-run --json`. */
export const migrationPlanOutputSchema = z.object({
  config: z.string(),
  rows: z.array(
    z.object({
      optimization: z.string(),
      dataset: z.string(),
      from: z.enum(["dataset", "collected", "traces"]),
      rows: z.int().nullable().describe("null where the dataset already has answers"),
      source_calls: z.int().describe("maximum number of source model calls"),
    }),
  ),
  plan: planOutputSchema.nullable().describe("null if all rows must be collected first"),
});

export type MigrationPlanOutput = z.infer<typeof migrationPlanOutputSchema>;

export type MigrateOutput = z.infer<typeof migrateOutputSchema>;

export function gatheredOutput(rows: GatheredRows): MigrateOutput["rows"][number] {
  const { optimization, dataset, from, collection, recovered } = rows;
  return {
    optimization,
    dataset,
    from,
    answered: collection?.answered ?? null,
    failed: collection?.failed ?? null,
    traces: recovered === undefined ? null : { ...recovered, skipped: skippedOutput(recovered.skipped) },
  };
}

export function migrationOutput(outcome: MigrationOutcome): MigrateOutput["migrations"][number] {
  return {
    name: outcome.name,
    decision: outcome.decision,
    reason: outcome.reason,
    source: sideOutput(outcome.source),
    target: sideOutput(outcome.target),
    parity: outcome.parity?.ratio ?? null,
    parity_interval: outcome.parity === null ? null : [...outcome.parity.interval],
    rows: outcome.rows,
    worse: outcome.worse.map(changeOutput),
    better: outcome.better.map(changeOutput),
    prompts: outcome.prompts.map(({ path, version, before, after }) => ({
      prompt: path,
      version,
      diff: diffWords(renderTemplateText(before), renderTemplateText(after)).map(({ kind, text }) => ({
        kind,
        text,
      })),
    })),
    paste: pasteLines(outcome),
  };
}

/** YAML that pins the config to the new versions; null without new versions. */
function pasteLines({ prompts }: MigrationOutcome): string | null {
  const pinned = prompts.flatMap(({ key, version }) =>
    version === null ? [] : [`  ${yamlKey(key)}:`, `    version: ${version}`],
  );
  return pinned.length === 0 ? null : ["prompts:", ...pinned, ""].join("\n");
}

function yamlKey(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : JSON.stringify(key);
}

function sideOutput({ model, score, usdPerCall, latencyMs }: MigrationSide) {
  return { model, score, usd_per_call: usdPerCall, latency_ms: latencyMs };
}

function changeOutput({ example, inputs, expected, source, target }: RowChange) {
  return {
    example,
    inputs: { ...inputs },
    expected,
    source: { output: source.output, score: source.score },
    target: { output: target.output, score: target.score },
  };
}

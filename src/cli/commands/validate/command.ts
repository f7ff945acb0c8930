import { z } from "zod";
import { type DaoOptError, isDaoOptError } from "../../../core/errors.ts";
import { configWarnings } from "../../../project/config-warnings.ts";
import { resolveProject } from "../../../project/resolve-project.ts";
import { shutdownWarnings } from "../../../project/shutdown-warnings.ts";
import { budgetNotes } from "../../../run/budget/gate-notes.ts";
import { budgetIssues, estimateRun, planRun } from "../../../run/plan/plan-run.ts";
import { defaultConcurrency } from "../../../run/session/run-context.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitCodeOf, exitDone } from "../../exit-codes.ts";
import {
  errorOutput,
  errorOutputSchema,
  noticeOutput,
  noticeOutputSchema,
} from "../../output/error-output.ts";
import { uncallableModels, uncallableWarnings } from "../../session/missing-keys.ts";
import { examine, openConfig, pricesOf } from "../../session/open-config.ts";
import { readSettings, type Settings } from "../../settings.ts";
import { printNotices } from "../../terminal/notices.ts";
import { wrapText } from "../../terminal/wrap.ts";

/** Output of `validate --json`; includes `error` if the config is invalid. */
export const validateOutputSchema = z.object({
  ok: z.boolean(),
  config: z.string(),
  optimizations: z.array(z.object({ name: z.string(), rows: z.int() })),
  issues: z.array(noticeOutputSchema).describe("problems to fix before a run"),
  warnings: z.array(noticeOutputSchema),
  notes: z.array(z.string()),
  ignored: z.array(z.string()).describe("dao-ai sections that were read and ignored"),
  error: errorOutputSchema.shape.error.optional(),
});

/** `validate`: finds everything `run` would refuse, without calls. */
export async function validateCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  try {
    return await validate(file, settings, context);
  } catch (error) {
    if (!isDaoOptError(error)) throw error;
    const { config } = await examine(file, settings, context).catch(() => ({ config: undefined }));
    const warnings = config === undefined ? [] : configWarnings(config);
    if (settings.json !== true) {
      printNotices(context, lookOf(context, context.stderr, settings), { warnings, notes: [] });
      throw error;
    }
    const output: z.infer<typeof validateOutputSchema> = {
      ok: false,
      config: file,
      optimizations: [],
      issues: issuesOf(error),
      warnings: warnings.map(noticeOutput),
      notes: [],
      ignored: [...(config?.ignored ?? [])],
      ...errorOutput(error),
    };
    context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
    return exitCodeOf(error);
  }
}

/** One entry per issue or bad row; a single entry for other errors. */
function issuesOf(error: DaoOptError): z.infer<typeof validateOutputSchema>["issues"] {
  const { message, hint, issues } = errorOutput(error).error;
  if (issues.length === 0) return [{ file: null, line: null, column: null, path: "", message, hint }];
  return issues.map((issue) => ({
    file: issue.file,
    line: issue.line,
    column: issue.column ?? null,
    path: issue.path ?? "",
    message: issue.message,
    hint: issue.hint ?? null,
  }));
}

async function validate(file: string, settings: Settings, context: CliContext): Promise<number> {
  const { config, registry, catalog } = await openConfig(file, settings, context);
  const hasWork = Object.keys(config.optimizations).length > 0;
  const project = hasWork
    ? await resolveProject(config, { registry, catalog, check: budgetIssues, asIssues: true })
    : undefined;
  const plan = project === undefined ? undefined : planRun(project);
  const uncallable =
    plan === undefined || project === undefined
      ? []
      : uncallableModels(
          plan,
          project,
          estimateRun(plan, project, { concurrency: defaultConcurrency, times: {} }),
        );
  const warnings = [
    ...(project?.warnings ?? configWarnings(config)),
    ...shutdownWarnings(config, context.clock.now(), await pricesOf(settings, context)),
    ...uncallableWarnings(uncallable, config),
  ];
  const output: z.infer<typeof validateOutputSchema> = {
    ok: true,
    config: file,
    optimizations: plan?.optimizations.map(({ name, data }) => ({ name, rows: data.rows })) ?? [],
    issues: [],
    warnings: warnings.map(noticeOutput),
    notes: [
      ...(project?.notes ?? ["the config has no optimization"]),
      ...(plan === undefined || project === undefined ? [] : budgetNotes(plan, project)),
    ],
    ignored: [...config.ignored],
  };
  for (const { dataset } of project?.optimizations ?? []) await dataset.close();
  if (settings.json === true) {
    context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
    return exitDone;
  }
  printNotices(context, lookOf(context, context.stderr, settings), { warnings, notes: [] });
  const look = lookOf(context, context.stdout, settings);
  const lines = [
    ...output.notes,
    ...(output.ignored.length === 0 ? [] : [`ignored sections: ${output.ignored.join(", ")}`]),
    ...output.optimizations.map(({ name, rows }) => `${name}: ${rows} rows`),
    `${file} is valid`,
  ];
  context.stdout.write(`${wrapText(lines.join("\n"), look.columns)}\n`);
  return exitDone;
}

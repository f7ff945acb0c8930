import { z } from "zod";
import { configWarnings } from "../../project/config-warnings.ts";
import { resolveProject } from "../../project/resolve-project.ts";
import { budgetNotes } from "../../run/budget/gate-notes.ts";
import { budgetIssues, estimateRun, planRun } from "../../run/plan-run.ts";
import { defaultConcurrency } from "../../run/run-context.ts";
import { type CliContext, lookOf } from "../context.ts";
import { exitDone } from "../exit-codes.ts";
import { uncallableModels, uncallableWarnings } from "../missing-keys.ts";
import { openConfig } from "../open-config.ts";
import { readSettings } from "../settings.ts";
import { tellNotices } from "../terminal/notices.ts";
import { wrapText } from "../terminal/wrap.ts";

/** What `validate --json` prints when nothing is wrong. */
export const validateOutputSchema = z.object({
  ok: z.literal(true),
  config: z.string(),
  optimizations: z.array(z.object({ name: z.string(), rows: z.int() })),
  warnings: z.array(z.string()),
  notes: z.array(z.string()),
  ignored: z.array(z.string()).describe("dao-ai sections that were read and ignored"),
});

/** `validate`: everything `run` would refuse, found without a call. */
export async function validateCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  const { config, registry, catalog } = await openConfig(file, settings, context);
  const hasWork = Object.keys(config.optimizations).length > 0;
  const project = hasWork
    ? await resolveProject(config, { registry, catalog, check: budgetIssues })
    : undefined;
  const plan = project === undefined ? undefined : planRun(project);
  const uncallable =
    plan === undefined || project === undefined
      ? []
      : uncallableModels(plan, project, estimateRun(plan, project, defaultConcurrency));
  const output: z.infer<typeof validateOutputSchema> = {
    ok: true,
    config: file,
    optimizations: plan?.optimizations.map(({ name, data }) => ({ name, rows: data.rows })) ?? [],
    warnings: [...(project?.warnings ?? configWarnings(config)), ...uncallableWarnings(uncallable, config)],
    notes: [
      ...(project?.notes ?? ["no optimization is configured"]),
      ...(plan === undefined || project === undefined ? [] : budgetNotes(plan, project)),
    ],
    ignored: [...config.ignored],
  };
  for (const { dataset } of project?.optimizations ?? []) await dataset.close();
  if (settings.json === true) {
    context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
    return exitDone;
  }
  tellNotices(context, lookOf(context, context.stderr, settings), { warnings: output.warnings, notes: [] });
  const look = lookOf(context, context.stdout, settings);
  const lines = [
    ...output.notes,
    ...(output.ignored.length === 0 ? [] : [`ignored (not about prompts): ${output.ignored.join(", ")}`]),
    ...output.optimizations.map(({ name, rows }) => `${name}: ${rows} rows`),
    `${file} is valid`,
  ];
  context.stdout.write(`${wrapText(lines.join("\n"), look.columns)}\n`);
  return exitDone;
}

import { resolveProject } from "../../../project/resolve-project.ts";
import { budgetNotes } from "../../../run/budget/gate-notes.ts";
import {
  budgetIssues,
  estimateNotes,
  estimateRun,
  planRun,
  unusedModelNotes,
} from "../../../run/plan/plan-run.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { uncallableModels, uncallableWarnings } from "../../session/missing-keys.ts";
import type { OpenedConfig } from "../../session/open-config.ts";
import { onlyOf } from "../../session/session-settings.ts";
import type { Settings } from "../../settings.ts";
import { type PlanOutput, planOutput } from "./plan-output.ts";
import { renderPlan } from "./plan-text.ts";

/** `run --dry-run`: the plan with estimates; nothing is called and nothing is written. */
export async function dryRun(
  opened: OpenedConfig,
  settings: Settings,
  concurrency: number,
  context: CliContext,
): Promise<number> {
  const output = await planOf(opened, settings, concurrency);
  context.stdout.write(
    settings.json === true
      ? `${JSON.stringify(output, null, 2)}\n`
      : renderPlan(output, lookOf(context, context.stdout, settings)),
  );
  return exitDone;
}

/** The plan of a config as it is printed. Rejects with what is wrong. */
export async function planOf(
  opened: OpenedConfig,
  settings: Settings,
  concurrency: number,
): Promise<PlanOutput> {
  const project = await resolveProject(opened.config, {
    ...opened,
    ...onlyOf(settings),
    check: budgetIssues,
  });
  try {
    const plan = planRun(project);
    const estimates = estimateRun(plan, project, concurrency);
    const uncallable = uncallableWarnings(uncallableModels(plan, project, estimates), project);
    return planOutput(plan, estimates, {
      concurrency,
      warnings: [...project.warnings, ...uncallable],
      notes: [
        ...project.notes,
        ...budgetNotes(plan, project),
        ...unusedModelNotes(project),
        ...estimateNotes(project),
      ],
      statePath: opened.config.statePath,
      registryPath: opened.config.registryPath,
    });
  } finally {
    for (const { dataset } of project.optimizations) await dataset.close();
  }
}

import { Chalk } from "chalk";
import { resolveProject } from "../../../project/resolve-project.ts";
import { budgetNotes } from "../../../run/budget/gate-notes.ts";
import {
  budgetIssues,
  estimateNotes,
  estimateRun,
  planRun,
  unusedModelNotes,
} from "../../../run/plan/plan-run.ts";
import { defaultConcurrency } from "../../../run/session/run-context.ts";
import { readModelTimes } from "../../../run/store/times-file.ts";
import { asTyped, type CliContext, type Look, lookOf } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { type HeadroomSession, headroomSession } from "../../session/headroom-session.ts";
import { uncallableModels, uncallableWarnings } from "../../session/missing-keys.ts";
import type { OpenedConfig } from "../../session/open-config.ts";
import { onlyOf, type Settings } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import { countOf, formatCount, formatScore, formatSeconds, formatUsd } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { headroomOutput } from "../headroom/output.ts";
import { type PlanOutput, planOutput } from "./plan-output.ts";

/**
 * `run --dry-run`: prints the plan with estimates. Makes no calls and writes nothing, unless `--probe` tests the
 * headroom.
 */
export async function dryRun(
  opened: OpenedConfig,
  settings: Settings,
  isProbing: boolean,
  context: CliContext,
): Promise<number> {
  const plan = await planOf(opened, settings, settings.concurrency ?? defaultConcurrency);
  const session = isProbing ? await probe(opened, settings, context) : undefined;
  const headroom = session && headroomOutput(plan.config, session);
  const output = { ...plan, ...(headroom === undefined ? {} : { headroom }) };
  context.stdout.write(
    settings.json === true
      ? `${JSON.stringify(output, null, 2)}\n`
      : asTyped(renderPlan(output, lookOf(context, context.stdout, settings)), context),
  );
  if (session?.error !== undefined && settings.json !== true) {
    const look = lookOf(context, context.stderr, settings);
    context.stderr.write(describeError(session.error, { look, isDebug: settings.debug === true }));
  }
  return headroom?.exit_code ?? exitDone;
}

async function probe(
  opened: OpenedConfig,
  settings: Settings,
  context: CliContext,
): Promise<HeadroomSession> {
  const project = await resolveProject(opened.config, { ...opened, ...onlyOf(settings), mlflow: "fetch" });
  try {
    return await headroomSession(opened, project, settings, context);
  } finally {
    for (const { dataset } of project.optimizations) await dataset.close();
  }
}

/** Plans a config for printing. Rejects with the config's problems. */
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
    const times = await readModelTimes(opened.config.statePath);
    const estimates = estimateRun(plan, project, { concurrency, times });
    const uncallable = uncallableWarnings(uncallableModels(plan, project, estimates), project);
    return planOutput(plan, estimates, {
      concurrency,
      warnings: [...project.warnings, ...uncallable],
      notes: [
        ...project.notes,
        ...budgetNotes(plan, project),
        ...unusedModelNotes(project),
        ...estimateNotes(project, estimates),
      ],
      statePath: opened.config.statePath,
      registryPath: opened.config.registryPath,
    });
  } finally {
    for (const { dataset } of project.optimizations) await dataset.close();
  }
}

type Range = PlanOutput["optimizations"][number]["estimates"]["tokens"];

/** Renders the plan. */
export function renderPlan(plan: PlanOutput, look: Look): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const parts = plan.optimizations.map((one) => {
    const { calls, tokens, usd, seconds } = one.estimates;
    const row = (title: string, range: Range | null, format: (value: number) => string) =>
      range === null
        ? [title, "unknown", "unknown", "unknown"]
        : [title, format(range.low), format(range.likely), format(range.high)];
    const count = (value: number) => formatCount(Math.round(value));
    const table = renderTable(
      [
        { title: "" },
        { title: "low", align: "right" },
        { title: "likely", align: "right" },
        { title: "high", align: "right" },
      ],
      [
        row("target calls", calls.target, count),
        row("reflection calls", calls.reflection, count),
        row("judge calls", calls.judge, count),
        ...(calls.source.high > 0 ? [row("source calls", calls.source, count)] : []),
        row("calls in all", calls.total, count),
        row("tokens", tokens, count),
        row("cost", usd, formatUsd),
        row(`time at ${plan.concurrency} at once`, seconds, formatSeconds),
      ],
      look,
    );
    const { dataset } = one;
    const budget = Object.entries(one.budget).map(([limit, value]) => `${value} ${limit}`);
    return [
      color.bold(one.name),
      ...one.prompts.map(
        ({ path, base_version: version }) =>
          `  prompt     ${path}${version === null ? " (not in the registry yet)" : ` from version ${version}`}`,
      ),
      `  optimizer  ${one.optimizer}; scorers ${one.scorers.join(", ")}`,
      `  models     ${Object.entries(one.models)
        .map(([role, name]) => `${role} ${name}`)
        .join(", ")}`,
      `  rows       ${dataset.rows}: ${dataset.train} train, ${dataset.validation} validation, ${dataset.test} test`,
      `  budget     ${budget.length === 0 ? "none" : budget.join(", ")}`,
      ...headroomLines(plan, one.name),
      table,
    ].join("\n");
  });
  const text = [
    ...plan.warnings.map((text) => `warning: ${text}`),
    ...plan.notes,
    ...parts,
    "would write",
    ...plan.files.map((file) => `  ${file}`),
    `${plan.headroom === undefined ? "no calls were made" : "only the calls of the headroom test were made"}; run without --dry-run to start`,
    "",
  ].join("\n");
  return wrapText(text, look.columns);
}

/** The verdict of `--probe` and its advice. */
function headroomLines({ headroom }: PlanOutput, name: string): readonly string[] {
  const found = headroom?.optimizations.find(({ optimization }) => optimization === name);
  if (found === undefined) return [];
  const { base, verdict, usage, advice } = found;
  const measured = `base ${formatScore(base.score)} on ${countOf(base.rows, "row")}, ${countOf(usage.calls, "call")}`;
  return [`  headroom   ${verdict.message} (${measured})`, ...advice.map((line) => `             ${line}`)];
}

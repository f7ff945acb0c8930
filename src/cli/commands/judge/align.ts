import type { OptimizationRecord } from "../../../contracts/run-record.ts";
import { DatasetError, UsageError } from "../../../core/errors.ts";
import type { Project } from "../../../project/project.ts";
import { resolveProject } from "../../../project/resolve-project.ts";
import { alignConfig } from "../../../run/judge/align-config.ts";
import { type AlignResult, alignedCheck, alignResult } from "../../../run/judge/align-result.ts";
import { type AlignRows, alignRows } from "../../../run/judge/align-rows.ts";
import { addJudgeCheck } from "../../../run/judge/judge-checks.ts";
import type { JudgeName } from "../../../scorers/judge/judge-verdict.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { type OpenedConfig, openConfig } from "../../session/open-config.ts";
import { runSession } from "../../session/run-session.ts";
import { readSettings } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import { countOf } from "../../terminal/format.ts";
import { commandAgain } from "../../terminal/next-commands.ts";
import { printNotices, printResume } from "../../terminal/notices.ts";
import { dryRun } from "../run/dry-run.ts";
import { summaryOf } from "../run/print-record.ts";
import { judgeAlignOutput } from "./align-output.ts";
import { renderJudgeAlign } from "./align-text.ts";
import { type PreparedCheck, prepareCheck } from "./check-session.ts";
import { labelRequest, numberOf, textOf } from "./label-flags.ts";

const confidence = 0.95;

/** A judge with its labels as the rows of an optimization. */
interface PreparedAlignment {
  readonly prepared: PreparedCheck;
  readonly use: JudgeName;
  readonly path: string;
  readonly options: PreparedCheck["judge"]["spec"]["options"];
  readonly made: AlignRows;
  readonly passScore: number;
  readonly opened: OpenedConfig;
}

/** `judge align`: optimizes the rules of a judge, so that its verdicts are those of people. */
export async function judgeAlignCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const given = await readSettings(options, context, file);
  const opened = await openConfig(file, given, context);
  // The flag chooses the judge's optimization; the run has another one.
  const { only: _only, ...settings } = given;
  const project = await resolveProject(opened.config, {
    ...opened,
    ...(given.only === undefined ? {} : { only: given.only }),
    mlflow: "fetch",
  });
  let alignment: PreparedAlignment;
  try {
    alignment = await prepareAlignment(opened, project, options, context);
  } finally {
    for (const { dataset } of project.optimizations) await dataset.close();
  }
  const look = lookOf(context, context.stderr, settings);
  if (settings.quiet !== true) printNotices(context, look, { warnings: [], notes: notesOf(alignment) });
  if (settings.dryRun === true) return dryRun(alignment.opened, settings, false, context);
  const result = await runSession(alignment.opened, settings, context);
  const { record, folder, error } = result;
  const [one] = record.optimizations;
  const aligned = one === undefined ? undefined : await resultOf(alignment, one);
  if (one !== undefined && aligned !== undefined) await store(alignment, one, aligned, folder.run, context);
  const output = judgeAlignOutput(record, { ...alignment, aligned, confidence });
  if (settings.json === true) context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
  else {
    const out = lookOf(context, context.stdout, settings);
    const summary = await summaryOf(result.record, alignment.opened.config, settings, context);
    context.stdout.write(`${summary}${renderJudgeAlign(output, out)}`);
    if (error !== undefined)
      context.stderr.write(describeError(error, { look, isDebug: settings.debug === true }));
  }
  if (record.status !== "completed")
    printResume(commandAgain("judge align", file, given, flagsOf(options, folder.run)), context);
  return record.exitCode;
}

async function prepareAlignment(
  opened: OpenedConfig,
  project: Project,
  flags: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<PreparedAlignment> {
  const request = labelRequest(flags, context, confidence);
  const passScore = numberOf(flags, "passScore", "--pass-score", [0, 1]) ?? 1;
  const prepared = await prepareCheck(opened, project, { scorer: textOf(flags, "scorer"), request, context });
  const { spec, plan } = prepared.judge;
  const use = alignableNames.find((name) => name === spec.use);
  if (use === undefined)
    throw new UsageError(`the rules of ${spec.use} cannot be optimized`, {
      hint: `judges with one question can: ${alignableNames.join(", ")}`,
    });
  const optimization = Object.values(opened.config.optimizations).find(({ name }) => name === plan.name);
  if (optimization === undefined) throw new UsageError(`no optimization named "${plan.name}"`);
  const { template: _template, ...options } = spec.options;
  const { labels, scale } = prepared.gathered;
  const made = await alignRows({ use, options, labels, scale });
  if (made.rows.length === 0)
    throw new DatasetError(`${use} decides all ${countOf(labels.length, "label")} without its judge`, [], {
      hint: "label answers that differ from the expected ones",
    });
  const path = pathOf(textOf(flags, "path"), spec.prompt, use);
  const isRegistered = (await opened.registry.find(path, { defaultSelector: "latest" })) !== undefined;
  const { instructions: _instructions, ...kept } = options;
  const config = alignConfig({
    ...{ config: opened.config, optimization, use, options: kept, path, isRegistered, made, passScore },
    gathered: prepared.gathered,
  });
  // Runs that align a judge are resumed apart from the config's own runs.
  const aligned = { ...opened, config, path: `${opened.path}#judge-${use}` };
  return { prepared, use, path, options: kept, made, passScore, opened: aligned };
}

const alignableNames: readonly JudgeName[] = ["correctness", "equivalence", "guidelines"];

/** The flag, else the prompt that the scorer names, without its version. */
function pathOf(flag: string | undefined, prompt: string | undefined, use: JudgeName): string {
  if (flag !== undefined) return flag;
  return prompt === undefined ? `judges/${use}` : prompt.replace(/^prompts:\//, "").replace(/\/\d+$/, "");
}

function notesOf({ prepared, made }: PreparedAlignment): readonly string[] {
  const { labels, notes } = prepared.gathered;
  return [
    ...notes,
    `${countOf(made.rows.length, "label")} of ${labels.length} are rows of this optimization`,
    ...(made.decided === 0
      ? []
      : [`${countOf(made.decided, "label")} left out: the scorer decides without its judge`]),
    ...(made.otherRules === 0
      ? []
      : [`${countOf(made.otherRules, "label")} left out: the judge is asked by other rules there`]),
  ];
}

function resultOf(alignment: PreparedAlignment, record: OptimizationRecord) {
  const { gathered } = alignment.prepared;
  return alignResult({ ...alignment, record, gathered, confidence });
}

/** The held-out agreement is the check of the new judge. */
async function store(
  alignment: PreparedAlignment,
  record: OptimizationRecord,
  aligned: AlignResult,
  run: string,
  context: CliContext,
): Promise<void> {
  const [prompt] = record.prompts;
  const model = alignment.prepared.plan.models[record.plan.models.target];
  if (prompt?.optimized == null || model === undefined || aligned.optimized.rows === 0) return;
  const details = { run, at: context.clock.now(), template: prompt.optimized.template, model };
  const { gathered } = alignment.prepared;
  const check = alignedCheck({ ...alignment, record, gathered, confidence }, aligned, details);
  await addJudgeCheck(alignment.opened.config.statePath, check);
}

/** The flags that give the same plan again. */
function flagsOf(options: Readonly<Record<string, unknown>>, run: string): readonly string[] {
  const names = [
    ...(["scorer", "labels", "prompt", "column", "answer", "rater", "scale", "path"] as const),
    ...(["passLabel", "passScore"] as const),
  ];
  const flag = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return [
    ...(options["traces"] === true ? ["--traces"] : []),
    ...names.flatMap((name) => {
      const value = textOf(options, name);
      return value === undefined ? [] : [flag(name), value];
    }),
    ...["--resume", run],
  ];
}

import { resolve } from "node:path";
import type { JudgeCheck } from "../../../contracts/judge-check.ts";
import { type DaoOptError, ScorerError } from "../../../core/errors.ts";
import type { Project } from "../../../project/project.ts";
import { resolveProject } from "../../../project/resolve-project.ts";
import { type Agreement, agreementOf } from "../../../run/judge/agreement.ts";
import type { JudgedLabels } from "../../../run/judge/ask-judge-of-labels.ts";
import { addJudgeCheck, readJudgeChecks } from "../../../run/judge/judge-checks.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { type OpenedConfig, openConfig } from "../../session/open-config.ts";
import { writeBelow } from "../../session/write-file.ts";
import { onlyOf, readSettings, type Settings } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import { countOf, formatScore } from "../../terminal/format.ts";
import { printNotices } from "../../terminal/notices.ts";
import { type JudgeCheckOutput, judgeCheckOutput, judgeCheckRecord } from "./check-output.ts";
import { judgeCheckPlan, renderJudgeCheckPlan } from "./check-plan.ts";
import { type PreparedCheck, prepareCheck, runCheck } from "./check-session.ts";
import { renderJudgeCheck, renderJudgeCheckJunit } from "./check-text.ts";
import { labelRequest, numberOf, textOf } from "./label-flags.ts";

const confidence = 0.95;

interface CheckFlags {
  readonly passScore: number;
  readonly failUnder: number | undefined;
}

/** `judge check`: measures the agreement of a judge with labels of people. */
export async function judgeCheckCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  const request = labelRequest(options, context, confidence);
  const flags: CheckFlags = {
    passScore: numberOf(options, "passScore", "--pass-score", [0, 1]) ?? 1,
    failUnder: numberOf(options, "failUnder", "--fail-under", [-1, 1]),
  };
  const opened = await openConfig(file, settings, context);
  const project = await resolveProject(opened.config, { ...opened, ...onlyOf(settings), mlflow: "fetch" });
  try {
    const scorer = textOf(options, "scorer");
    const prepared = await prepareCheck(opened, project, { scorer, request, context });
    const look = lookOf(context, context.stdout, settings);
    if (settings.dryRun === true) {
      const plan = judgeCheckPlan(project.file, prepared);
      context.stdout.write(
        settings.json === true ? `${JSON.stringify(plan, null, 2)}\n` : renderJudgeCheckPlan(plan, look),
      );
      return exitDone;
    }
    return await check(prepared, opened, project, { settings, flags, context });
  } finally {
    for (const { dataset } of project.optimizations) await dataset.close();
  }
}

async function check(
  prepared: PreparedCheck,
  opened: OpenedConfig,
  project: Project,
  { settings, flags, context }: { settings: Settings; flags: CheckFlags; context: CliContext },
): Promise<number> {
  const look = lookOf(context, context.stderr, settings);
  if (settings.quiet !== true) printNotices(context, look, { warnings: [], notes: prepared.gathered.notes });
  const judged = await runCheck(prepared, opened, project, settings, context);
  const { scale, digest } = prepared.gathered;
  const known = await readJudgeChecks(opened.config.statePath, prepared.judge.identity.digest);
  const learned = known.findLast(({ run, labels }) => run !== undefined && labels.digest === digest);
  const agreement = agreementOf(judged.judged, { scale, passScore: flags.passScore, confidence });
  const error = judged.error ?? noVerdicts(prepared, judged);
  const result = {
    config: project.file,
    ...{ prepared, judged, agreement, confidence, failUnder: flags.failUnder, error },
    isOffline: isOffline(prepared),
    notes: [...notesOf(prepared, judged, agreement, flags), ...learnedNote(learned)],
  };
  const stored =
    error === undefined
      ? await addJudgeCheck(opened.config.statePath, judgeCheckRecord(result, context.clock.now()))
      : undefined;
  const output = judgeCheckOutput({ ...result, stored });
  print(output);
  if (settings.junit !== undefined)
    await writeBelow(resolve(context.cwd, settings.junit), renderJudgeCheckJunit(output));
  return output.exit_code;

  function print(shown: JudgeCheckOutput): void {
    const out = lookOf(context, context.stdout, settings);
    if (settings.json === true) {
      context.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
      return;
    }
    context.stdout.write(renderJudgeCheck(shown, out, settings.verbose === true));
    if (error !== undefined)
      context.stderr.write(describeError(error, { look, isDebug: settings.debug === true }));
  }
}

/** A judge without a single verdict was not measured. */
function noVerdicts({ judge }: PreparedCheck, { judged }: JudgedLabels): DaoOptError | undefined {
  if (judged.some((one) => "score" in one)) return undefined;
  const [first] = judged.flatMap((one) => ("reason" in one ? [one.reason] : []));
  return new ScorerError(
    `${judge.spec.use} gave no verdict on any of ${countOf(judged.length, "label")}: ${first ?? "it was not asked"}`,
  );
}

/** Labels that a judge's rules were optimized on show too much agreement. */
function learnedNote(check: JudgeCheck | undefined): readonly string[] {
  if (check === undefined) return [];
  const { value } = check.weightedKappa ?? check.kappa;
  const held = value === null ? "" : `; on the held-out ones kappa was ${formatScore(value)}`;
  return [`the judge's rules were optimized on part of these labels (${check.run})${held}`];
}

function isOffline({ plan, judge }: PreparedCheck): boolean {
  const spec = plan.models[judge.plan.models.judge];
  return spec?.provider === "offline" || spec?.name.startsWith("offline/") === true;
}

/** Fewer labels of one kind show little of how the judge rates answers of that kind. */
const fewOfAKind = 10;

function notesOf(
  { gathered, skipped }: PreparedCheck,
  { judged }: JudgedLabels,
  agreement: Agreement,
  { passScore }: CheckFlags,
): readonly string[] {
  const { scale, labels } = gathered;
  const notes: string[] = [];
  const counts = agreement.matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
  const used = counts.filter((count) => count > 0).length;
  if (agreement.rows > 0 && used === 1)
    notes.push(
      `people gave every answer the same verdict (${scale.names[counts.findIndex((count) => count > 0)]}): these labels cannot show whether the judge rates bad answers lower than good ones`,
    );
  else if (scale.kind === "binary" && agreement.rows > 0 && Math.min(...counts) < fewOfAKind)
    notes.push(
      `only ${countOf(Math.min(...counts), "label")} of the rarer kind: label at least ${fewOfAKind} good and ${fewOfAKind} bad answers, better 50 each`,
    );
  if (skipped > 0) notes.push(`${countOf(skipped, "label")} left out: the scorer cannot score them`);
  const values = new Set(judged.flatMap((one) => ("score" in one ? [one.score.value] : [])));
  const isPartial = [...values].some((value) => value > 0 && value < 1);
  if (scale.kind === "binary" && isPartial)
    notes.push(`the judge gives partial scores; ${passScore} and more is a pass (--pass-score)`);
  if (scale.kind === "graded" && values.size > 0 && !isPartial && labels.length >= fewOfAKind)
    notes.push(
      "the judge only says pass or fail, and people gave grades: --pass-label turns grades into pass and fail",
    );
  return notes;
}

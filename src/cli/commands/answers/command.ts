import type { z } from "zod";
import { UsageError } from "../../../core/errors.ts";
import { answersSchema } from "../../../run/answers/answer-table.ts";
import { pruneAnswers, readAnswersStatus } from "../../../run/answers/manage-answers.ts";
import type { Action } from "../../command-spec.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { initDatabase } from "../../session/init-database.ts";
import { withDatabase } from "../../session/open-database.ts";
import { readWorkspace } from "../../session/workspace.ts";
import type { Settings } from "../../settings.ts";
import { countOf } from "../../terminal/format.ts";
import type { answersPruneOutputSchema, answersStatusOutputSchema } from "./output.ts";

export const answersInitCommand: Action = (_args, options, context) =>
  initDatabase(answersSchema, options, context);

export const answersStatusCommand: Action = async (_args, options, context) => {
  const workspace = await readWorkspace(options, context);
  const output = await withDatabase("answers", workspace, async (postgres) => {
    const { version, oldest, newest, ...status } = await readAnswersStatus(postgres);
    const times = { oldest: oldest?.toISOString() ?? null, newest: newest?.toISOString() ?? null };
    return { database: postgres.shown, schema_version: version, ...status, ...times };
  });
  const { database, schema_version, answers, outdated, bytes, oldest, newest, claims } = output;
  const lines = [
    ["database", database],
    ["schema version", String(schema_version)],
    ["answers", answers.toLocaleString("en-US") + (outdated > 0 ? ` (${outdated} of other versions)` : "")],
    ["size", `${(bytes / 1024 / 1024).toFixed(1)} MB`],
    ["oldest", oldest ?? "–"],
    ["newest", newest ?? "–"],
    ["asked now", String(claims)],
  ].map(([name = "", value = ""]) => `${name.padEnd(15)} ${value}\n`);
  return print(
    output satisfies z.infer<typeof answersStatusOutputSchema>,
    workspace.settings,
    context,
    lines.join(""),
  );
};

export const answersPruneCommand: Action = async (_args, options, context) => {
  const olderThanMs = ageMsOf(options["older"]);
  const workspace = await readWorkspace(options, context);
  const isDryRun = workspace.settings.dryRun === true;
  const output = await withDatabase("answers", workspace, async (postgres) => ({
    database: postgres.shown,
    dry_run: isDryRun,
    ...(await pruneAnswers(postgres, { olderThanMs, isDryRun })),
  }));
  const deleted = `${isDryRun ? "would delete" : "deleted"} ${countOf(output.deleted, "answer")}`;
  const text = `${deleted} older than ${String(options["older"])}; ${output.left} left\n`;
  return print(output satisfies z.infer<typeof answersPruneOutputSchema>, workspace.settings, context, text);
};

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function ageMsOf(text: unknown): number {
  if (text === undefined)
    throw new UsageError("answers prune needs --older", { hint: "for example --older 90d" });
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([mhdw])$/.exec(String(text)) ?? [];
  const ageMs = Number(amount) * (unitMs[unit ?? ""] ?? 0);
  // Later than PostgreSQL's first date.
  if (!(ageMs > 0) || ageMs > 1e14)
    throw new UsageError(`--older must be an age such as 90d, 12h or 30m, got "${String(text)}"`);
  return ageMs;
}

function print(output: object, { json }: Settings, { stdout }: CliContext, text: string): number {
  stdout.write(json === true ? `${JSON.stringify(output, null, 2)}\n` : text);
  return exitDone;
}

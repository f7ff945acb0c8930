import type { DaoOptError } from "../../../core/errors.ts";
import { resolveProject } from "../../../project/resolve-project.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { headroomSession } from "../../session/headroom-session.ts";
import { openConfig } from "../../session/open-config.ts";
import { onlyOf, readSettings } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import { printNotices } from "../../terminal/notices.ts";
import { headroomOutput } from "./output.ts";
import { renderHeadroom } from "./text.ts";

/** `headroom`: measures with a few calls what an optimization can gain. */
export async function headroomCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  const opened = await openConfig(file, settings, context);
  const look = lookOf(context, context.stderr, settings);
  const project = await resolveProject(opened.config, { ...opened, ...onlyOf(settings), mlflow: "fetch" });
  try {
    if (settings.quiet !== true) printNotices(context, look, project);
    const session = await headroomSession(opened, project, settings, context);
    const output = headroomOutput(project.file, session);
    context.stdout.write(
      settings.json === true
        ? `${JSON.stringify(output, null, 2)}\n`
        : renderHeadroom(output, lookOf(context, context.stdout, settings)),
    );
    if (settings.json !== true) printEarlyEnd(session.error);
    return output.exit_code;
  } finally {
    for (const { dataset } of project.optimizations) await dataset.close();
  }

  function printEarlyEnd(error: DaoOptError | undefined): void {
    if (error !== undefined)
      context.stderr.write(describeError(error, { look, isDebug: settings.debug === true }));
  }
}

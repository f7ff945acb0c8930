import { spawn } from "node:child_process";
import { z } from "zod";
import { NotFoundError } from "../../../core/errors.ts";
import { renderReport } from "../../../report/render-report.ts";
import { describeProgress } from "../../../run/store/run-progress.ts";
import { openRunStore } from "../../../run/store/run-store.ts";
import type { RunSummary } from "../../../run/store/run-summary.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { readWorkspace } from "../../session/workspace.ts";
import { goOnCommand } from "../runs/text.ts";

/** Output of `report --json`. */
export const reportOutputSchema = z.object({
  run: z.string(),
  status: z.enum(["running", "completed", "budget", "interrupted", "failed"]),
  report: z.string().nullable().describe("path of the report; null while the run is running"),
});

/** `report`: renders the page again from the run record. */
export async function reportCommand(
  [run]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { settings, statePath } = await readWorkspace(options, context);
  const runStore = openRunStore(statePath, context);
  const finished = run ?? newestOf(await runStore.list())?.run;
  if (finished === undefined) {
    throw new NotFoundError("run", "newest", [], {
      hint: `there is no finished run in ${statePath}`,
    });
  }
  const folder = await runStore.find(finished);
  const running = await runStore.running(folder);
  if (running !== undefined) {
    const output = { run: folder.run, status: "running", report: null };
    const line = `${folder.run} is still running in process ${running.pid} (${describeProgress(running.progress)}); its report is written at the end`;
    context.stdout.write(settings.json === true ? `${JSON.stringify(output, null, 2)}\n` : `${line}\n`);
    return exitDone;
  }
  const record = await runStore.readRecord(folder);
  if (record === undefined) {
    const { configPath } = await runStore.readPlan(folder);
    throw new NotFoundError("record", folder.run, [], {
      hint: `the run was interrupted; resume with \`${goOnCommand(configPath, folder.run, settings, context)}\``,
    });
  }
  const path = folder.file("report.html");
  await runStore.write(folder, "report.html", renderReport(record));
  context.stdout.write(
    settings.json === true
      ? `${JSON.stringify({ run: folder.run, status: record.status, report: path }, null, 2)}\n`
      : `${path}\n`,
  );
  if (options["open"] === true) openInBrowser(path);
  return exitDone;
}

/** The newest finished run, else the newest running one. */
function newestOf(runs: readonly RunSummary[]): RunSummary | undefined {
  return runs.find(({ result }) => result !== null) ?? runs.find(({ running }) => running !== null);
}

const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Opens the file with the desktop's default program, if there is one. The path is on stdout anyway. */
function openInBrowser(path: string): void {
  const [command = "xdg-open", ...args] = openers[process.platform] ?? [];
  spawn(command, [...args, path], { detached: true, stdio: "ignore" })
    .on("error", () => {})
    .unref();
}

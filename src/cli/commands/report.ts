import { spawn } from "node:child_process";
import { z } from "zod";
import { NotFoundError } from "../../core/errors.ts";
import { renderReport } from "../../report/render-report.ts";
import { openRunShelf } from "../../run/store/run-folder.ts";
import type { CliContext } from "../context.ts";
import { exitDone } from "../exit-codes.ts";
import { readPlaces } from "../places.ts";

/** What `report --json` prints. */
export const reportOutputSchema = z.object({ run: z.string(), report: z.string() });

/** `report`: draws the page again from the record alone. */
export async function reportCommand(
  [run]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { settings, statePath } = await readPlaces(options, context);
  const shelf = openRunShelf(statePath);
  const finished = run ?? (await shelf.list()).find(({ result }) => result !== null)?.run;
  if (finished === undefined) {
    throw new NotFoundError("run", "newest", [], {
      hint: `there is no finished run in ${statePath}`,
    });
  }
  const folder = await shelf.find(finished);
  const record = await shelf.readRecord(folder);
  if (record === undefined) {
    throw new NotFoundError("record", folder.run, [], {
      hint: "the run was cut off; go on with `dao-opt run CONFIG --resume`",
    });
  }
  const path = folder.file("report.html");
  await shelf.write(folder, "report.html", renderReport(record));
  context.stdout.write(
    settings.json === true ? `${JSON.stringify({ run: folder.run, report: path }, null, 2)}\n` : `${path}\n`,
  );
  if (options["open"] === true) openInBrowser(path);
  return exitDone;
}

const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Hands the file to the desktop; a machine without one has the path on stdout. */
function openInBrowser(path: string): void {
  const [command = "xdg-open", ...args] = openers[process.platform] ?? [];
  spawn(command, [...args, path], { detached: true, stdio: "ignore" })
    .on("error", () => {})
    .unref();
}

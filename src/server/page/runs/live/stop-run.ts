import { UsageError } from "../../../../core/errors.ts";
import { type Html, html } from "../../../../report/html.ts";
import type { ServerServices } from "../../../server-services.ts";
import { changeForm } from "../../shell/change-form.ts";
import type { PageDone, PageRequest } from "../../shell/page-area.ts";
import { addressOf, changedQuery } from "../../shell/page-links.ts";
import type { RunWatch } from "./run-watch.ts";

/** The link that asks whether to stop a run, and the question if the address asks it. */
export function stopPanel(
  { state }: Pick<RunWatch, "state">,
  { interruptProcess }: Pick<ServerServices, "interruptProcess">,
  request: PageRequest,
): { readonly link: Html | null; readonly panel: Html | null } {
  if (!request.canWrite || state !== "running" || interruptProcess === undefined)
    return { link: null, panel: null };
  const { path, query, refused } = request;
  const isAsked = query.has("stop") || refused?.action === "stop";
  const form = changeForm(
    request,
    { action: "stop", label: "Stop the run" },
    () => html`<p>The run ends as by Ctrl-C: answers that are paid for are kept, and it can be resumed.</p>
<div class="row"><button class="btn main">Stop run</button><a class="btn plain" href="${changedQuery(path, query, { stop: undefined })}">Go on</a></div>`,
  );
  return {
    link: html`<a class="btn" href="${changedQuery(path, query, { stop: "1" })}">Stop run…</a>`,
    panel: isAsked
      ? html`<section class="panel narrow" aria-labelledby="h-stop"><h2 id="h-stop">Stop this run?</h2>${form}</section>`
      : null,
  };
}

/** Interrupts the process of a run. */
export async function stopRun(
  { runs, interruptProcess }: Pick<ServerServices, "runs" | "interruptProcess">,
  id: string,
): Promise<PageDone> {
  const folder = await runs.find(id);
  const pid = await runs.processOf(folder);
  if (pid === undefined || interruptProcess === undefined)
    throw new UsageError(`${folder.run} is not running here`, { hint: "open its page again" });
  try {
    interruptProcess(pid);
  } catch (cause) {
    throw new UsageError(`process ${pid} cannot be interrupted`, {
      cause,
      hint: `another user started it; press Ctrl-C there`,
    });
  }
  return {
    to: addressOf(["ui", "runs", folder.run]),
    message: "The run was asked to stop; what it has is kept",
  };
}

import { readFile } from "node:fs/promises";
import type { RunRecord } from "../../../contracts/run-record.ts";
import { html } from "../../../report/html.ts";
import { servedReportPolicy } from "../../../report/look/report-policy.ts";
import { renderReport, reportParts } from "../../../report/render-report.ts";
import type { RunFolder } from "../../../run/store/run-store.ts";
import type { ServerServices } from "../../server-services.ts";
import { pageAssets } from "../assets/page-assets.ts";
import type { PageContent, PageRequest } from "../shell/page-area.ts";
import { documentResponse, downloadResponse } from "../shell/page-headers.ts";
import { addressOf, changedQuery, link, promptAddress } from "../shell/page-links.ts";
import { copyButton, shownCommand } from "../shell/shown-command.ts";
import { deployedNote, deployPanel, winnersOf } from "./deploy-winner.ts";
import { rowLinksOf } from "./row-links.ts";

/** The report inside the frame of the page, with what a reader does next. */
export async function finishedRunPage(
  record: RunRecord,
  request: PageRequest,
  services: Pick<ServerServices, "registry" | "runs" | "datasets" | "project" | "mlflowRows">,
  resume: string,
): Promise<PageContent> {
  const { registry, runs } = services;
  const { title, heading, meta, content } = reportParts(record, await rowLinksOf(record, services));
  const { run } = record;
  const winners = winnersOf(record);
  const panel = await deployPanel(record, request, registry);
  const others = (await runs.listPart({ offset: 0, limit: 2 })).runs.filter((one) => one.run !== run);
  const compare =
    others.length === 0
      ? html`<span class="small muted">Nothing to compare: this is the only run.</span>`
      : html`<a class="btn" href="${addressOf(["ui", "runs"], { compare: run })}">Compare…</a>`;
  const open = winners.map(
    ({ path, version }) =>
      html`<a class="btn" href="${promptAddress(path, { version })}">Open version ${version}${winners.length > 1 ? ` of ${path.split("/").at(-1) ?? path}` : ""}</a>`,
  );
  const canDeploy = request.canWrite && winners.length > 0;
  const deploy = canDeploy
    ? html`<a class="btn main" href="${changedQuery(request.path, request.query, { deploy: "1" })}#deploy">Deploy version…</a>`
    : null;
  const file = addressOf(["ui", "runs", run, "report.html"]);
  return {
    title,
    heading,
    scripts: [pageAssets().report.address],
    crumbs: html`${link(["ui", "runs"], "Runs")} / ${record.config} / ${run}`,
    meta: html`${meta}`,
    tools: html`<a class="btn" href="${file}">Export</a>${compare}${open}${deploy}`,
    content: html`${deployedNote(record, request)}${interruptedNote(record, resume)}${panel}
${content}
${shownCommand(request.commands, `dao-opt runs show ${run}`, { folders: ["state"] })}`,
  };
}

function interruptedNote({ status }: RunRecord, resume: string) {
  if (status !== "interrupted" && status !== "budget") return null;
  const why = status === "budget" ? "The run ended at a limit of its session." : "The run was interrupted.";
  return html`<div class="note warn"><strong>${why}</strong> Its answers are kept. Continue with: <code id="resume">${resume}</code> ${copyButton("resume", "Copy command")}</div>`;
}

/** The report as a file of its own. */
export function reportDownload(record: RunRecord): Response {
  return downloadResponse(renderReport(record), "text/html", `${record.run}-report.html`);
}

/** The report of a run whose record is gone; undefined if there is none. */
export async function storedReport(folder: RunFolder): Promise<Response | undefined> {
  const markup = await readFile(folder.file("report.html"), "utf8").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return undefined;
    throw cause;
  });
  return markup === undefined ? undefined : documentResponse(markup, servedReportPolicy);
}

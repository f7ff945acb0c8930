import type { PromptCallServices } from "../../../calls/prompt/call-services.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { count } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import type { ServerServices } from "../../server-services.ts";
import { promptsToChoose } from "../prompts/prompt-census.ts";
import type { FormFields } from "../shell/form-fields.ts";
import { emptyNote, warningNote } from "../shell/notes.ts";
import type { PageContent, PageDone, PageRequest } from "../shell/page-area.ts";
import { addressOf } from "../shell/page-links.ts";
import { partsStream } from "../shell/parts-stream.ts";
import { shownCommand, typedCommand } from "../shell/shown-command.ts";
import { answerParts, rowsTable, type ShownJob } from "./answer-parts.ts";
import { columnPrice } from "./column-model.ts";
import { datasetChoices, type PlaygroundRow } from "./dataset-rows.ts";
import { likelyCost } from "./likely-cost.ts";
import type { PlaygroundJobs } from "./playground-jobs.ts";
import {
  freeCalls,
  lacksInput,
  mostCalls,
  mostColumns,
  type PlaygroundSetup,
  readSetup,
  setupAddress,
  valuesOfQuery,
} from "./playground-setup.ts";
import { createCellRunner } from "./run-cell.ts";
import { judgeCallsOf } from "./score-answer.ts";
import { setupForm } from "./setup-form.ts";
import { storedJob } from "./stored-job.ts";

/** What the playground works with. */
export interface PlaygroundServices extends ServerServices {
  readonly jobs: PlaygroundJobs;
  readonly calls: PromptCallServices;
}

/** Versions and models side by side on a row, typed inputs, or several rows. */
export async function playgroundPage(
  services: PlaygroundServices,
  request: PageRequest,
): Promise<PageContent> {
  const { query, commands, refused } = request;
  // A refused form is shown as it was typed.
  const values = refused?.action === "run" ? refused.fields : valuesOfQuery(query);
  const setup = await readSetup(values, services).catch((error: unknown) => {
    if (refused === undefined) throw error;
    return readSetup(valuesOfQuery(query), services);
  });
  if (setup === undefined)
    return {
      title: "Playground",
      content: emptyNote(
        "The registry has no prompts yet",
        html`Add one: <code>${typedCommand(commands, "dao-opt registry upsert FILE --path main/default/NAME", ["registry"])}</code>`,
      ),
    };
  const id = query.get("run") ?? "";
  const running = services.jobs.find(id);
  const job: ShownJob | undefined =
    refused === undefined && id !== "" ? (running ?? (await storedJob(id, setup, services))) : undefined;
  const [prompts, datasets] = await Promise.all([promptsToChoose(services), datasetChoices(services)]);
  const shown = job === undefined ? undefined : answerParts(job, request);
  const isSingle = job !== undefined && job.rows.length === 1;
  const answers: readonly Html[] =
    isSingle && shown !== undefined
      ? job.columns.map((_, at) => shown.parts[`pg-cell-${at}`] ?? html``)
      : setup.columns.map(() =>
          setup.count > 1
            ? html``
            : html`<div class="empty"><strong>Nothing has run yet</strong><p>Choose a row or type inputs, then run.</p></div>`,
        );
  const events =
    running === undefined || running.isEnded
      ? null
      : html` data-events="${addressOf(["ui", "playground", "events"], { run: id })}" data-from="${running.stateId}"`;
  const missing = id !== "" && job === undefined && refused === undefined;
  const [first] = setup.columns;
  return {
    title: "Playground",
    meta: html`Compare versions or models on one row or on many. Keys come from the environment of the server.`,
    content: html`<div id="live"${events}><p class="note none" id="live-lost" role="status"></p>
${missing ? html`<p class="note">The answers of ${id.slice(0, 60)} are gone: their traces were deleted. Run again to see new ones.</p>` : null}
${setup.columns.some((column) => columnPrice(column, services) === "free") ? warningNote("Offline models answer by rules: their answers say nothing about a real model.") : null}
<div id="pg-status">${shown?.parts["pg-status"] ?? html``}</div>
${setupForm(setup, request, services, { prompts: prompts.map(({ path }) => path), datasets, answers })}
${job === undefined || isSingle || shown === undefined ? null : rowsTable(job, shown.rows, shown.parts["pg-total"] ?? html``)}
</div>
${first === undefined ? null : shownCommand(commands, callCommand(setup), { folders: ["registry", "state"], lead: "One of these calls in the terminal:" })}`,
  };
}

function callCommand({ prompt, columns, variables }: PlaygroundSetup): string {
  const version = columns[0]?.version.version ?? 1;
  const inputs = variables.map((name) => ` --input ${shellWord(`${name}=TEXT`)}`).join("");
  return `dao-opt call ${shellWord(`${prompt}/${version}`)}${inputs}`;
}

/** Calls, or shows another setup: both are buttons of one form. */
export async function runPlayground(fields: FormFields, services: PlaygroundServices): Promise<PageDone> {
  const setup = await readSetup(fields, services);
  if (setup === undefined) throw new NotFoundError("prompt", fields.get("prompt"));
  const wish = fields.get("do");
  if (wish !== "run") return { to: setupAddress(changedSetup(setup, wish)), message: "" };
  const rows = rowsToCall(setup);
  const calls = rows.length * setup.columns.length * (1 + judgeCallsOf(setup.scorer, services));
  if (calls > mostCalls)
    throw new UsageError(
      `${count(rows.length)} rows in ${setup.columns.length} columns are ${count(calls)} calls; at most ${mostCalls} are made at once`,
      {
        hint: "take fewer rows or columns, or use `dao-opt eval`",
      },
    );
  if (calls > freeCalls && fields.get("accept") !== String(calls))
    throw new UsageError(`this makes ${count(calls)} calls, ${likelyCost(setup, services).words}`, {
      hint: "tick the box to make them",
    });
  const job = services.jobs.start(
    { columns: setup.columns, rows, scorer: setup.scorer },
    createCellRunner(services.calls, services),
  );
  // With scripts, the page shows the answers as they come.
  if (fields.get("live") !== "1") {
    await job.done;
    await services.traces.flush();
  }
  return { to: setupAddress(setup, { run: job.id }), message: "" };
}

function rowsToCall(setup: PlaygroundSetup): readonly PlaygroundRow[] {
  const { rows, inputs, expected, isRecorded, count: wanted, dataset, row } = setup;
  if (rows?.rows.length === 0)
    throw new UsageError(`${dataset} has no row ${row}`, { hint: `choose one from 1 to ${rows.total}` });
  if (rows !== undefined && wanted > 1) return rows.rows;
  if (lacksInput(setup))
    throw new UsageError(
      setup.variables.length === 1 ? "the input is empty" : "all inputs of the prompt are empty",
      { hint: `type a text for ${setup.variables.join(" or ")}, or choose a dataset` },
    );
  // Facts of the row say nothing about other inputs.
  const expectations = setup.isTyped ? undefined : rows?.rows[0]?.expectations;
  const number = rows === undefined ? 0 : row;
  return [{ number, inputs, expected, isRecorded, ...(expectations === undefined ? {} : { expectations }) }];
}

/** `add`, `remove-2`, `row-7`; anything else changes nothing. */
function changedSetup(setup: PlaygroundSetup, wish: string): PlaygroundSetup {
  const { columns } = setup;
  const [, what, number = ""] = /^(add|remove|row)(?:-(\d+))?$/.exec(wish) ?? [];
  const last = columns.at(-1);
  if (what === "add" && last !== undefined && columns.length < mostColumns)
    return { ...setup, columns: [...columns, last] };
  if (what === "remove" && columns.length > 1)
    return { ...setup, columns: columns.filter((_, at) => at + 1 !== Number(number)) };
  // The inputs are then those of the other row.
  if (what === "row")
    return {
      ...setup,
      row: Math.max(1, Number(number)),
      isTyped: false,
      expected: setup.rows?.rows[0]?.expected ?? "",
    };
  return setup;
}

export async function stopPlayground(
  fields: FormFields,
  { jobs }: PlaygroundServices,
  request: PageRequest,
): Promise<PageDone> {
  const job = jobs.find(fields.get("job"));
  job?.stop();
  await job?.done;
  const { query } = request;
  return {
    to: `/ui/playground?${query}`,
    message: job === undefined ? "Nothing was running any more" : "Stopped",
  };
}

/** The answers of a job as they come. */
export function playgroundEvents({ jobs, closing }: PlaygroundServices, request: PageRequest): Response {
  const id = request.query.get("run") ?? "";
  const job = jobs.find(id);
  if (job === undefined) throw new NotFoundError("run", id.slice(0, 100));
  const { context, query } = request;
  return partsStream({
    source: job,
    render: () => answerParts(job, request),
    reloadsAtEnd: false,
    from: context.req.header("last-event-id") ?? query.get("from") ?? undefined,
    signals: [closing, context.req.raw.signal],
    onEnd: () => {},
  });
}

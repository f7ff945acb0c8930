import type { PromptArchive, PromptReader } from "../../../contracts/registry.ts";
import type { OptimizationRecord, RunRecord } from "../../../contracts/run-record.ts";
import { NotFoundError, UsageError } from "../../../core/errors.ts";
import { nearNames } from "../../../core/text/near-names.ts";
import { type Html, html } from "../../../report/html.ts";
import { verdictOf } from "../../../report/sections/verdict.ts";
import { gateMeaning } from "../prompts/panels/gate-answer.ts";
import { changeForm, selectField, textField } from "../shell/change-form.ts";
import { currentUse, deployedSentence, pageAuthor } from "../shell/deployed-sentence.ts";
import type { FormFields } from "../shell/form-fields.ts";
import type { PageDone, PageRequest } from "../shell/page-area.ts";
import { addressOf, promptLink } from "../shell/page-links.ts";
import { shownCommand } from "../shell/shown-command.ts";
import { refuseChangedUse, shownUseField } from "../shell/shown-use.ts";

/** A version that a run registered. */
interface Winner {
  readonly path: string;
  readonly version: number;
  readonly record: OptimizationRecord;
}

export function winnersOf({ optimizations }: RunRecord): readonly Winner[] {
  return optimizations.flatMap((record) =>
    record.prompts.flatMap(({ path, optimized }) =>
      optimized === null ? [] : [{ path, version: optimized.version, record }],
    ),
  );
}

const environmentList = "environments";

/** The form that deploys a winner, if the address has it or it was refused. */
export async function deployPanel(
  record: RunRecord,
  request: PageRequest,
  registry: PromptReader,
): Promise<Html | null> {
  const winners = winnersOf(record);
  const isAsked = request.query.has("deploy") || request.refused?.action === "deploy";
  if (!isAsked || winners.length === 0 || !request.canWrite) return null;
  const environments = await registry.environments();
  const [winner] = winners;
  const used = await usedVersions(winners, registry);
  const holds = (name: string) =>
    winner !== undefined && used.get(winner.path)?.[name] === winner.version && winners.length === 1;
  // An environment that already uses the version needs no deployment.
  const first = environments.find((name) => !holds(name)) ?? environments[0] ?? "production";
  const reference = ({ path, version }: Winner) => `${path}/${version}`;
  const isPassed = winners.every((one) => one.record.status === "improved");
  const form = changeForm(
    request,
    { action: "deploy", label: "Deploy the winner" },
    (typed) => html`${shownUseField(Object.fromEntries(used))}
${
  winners.length === 1 && winner !== undefined
    ? html`<input type="hidden" name="version" value="${reference(winner)}">`
    : selectField(
        { label: "Version", name: "version", value: typed("version") },
        winners.map((one) => [reference(one), `${one.path}, version ${one.version}`] as const),
      )
}
${textField({ label: "Environment", name: "environment", value: typed("environment", first), list: environmentList, isRequired: true })}
<datalist id="${environmentList}">${environments.map((name) => html`<option value="${name}"></option>`)}</datalist>
${textField({ label: "Note", name: "note", value: typed("note"), placeholder: "Why; kept in the history" })}
<label class="row"><input type="checkbox" name="new"${typed("new") === "" ? null : html` checked`}> Create the environment if it is new</label>
${isPassed ? null : html`<label class="row"><input type="checkbox" name="force"${typed("force") === "" ? null : html` checked`}> Deploy although the gate did not pass (needs a note)</label>`}
<div class="row"><button class="btn main">Deploy</button><a class="btn plain" href="${request.path}">Cancel</a></div>`,
  );
  return html`<section class="panel" id="deploy" aria-labelledby="h-deploy"><h2 id="h-deploy">${winner === undefined || winners.length > 1 ? "Deploy a version" : `Deploy version ${winner.version} of ${winner.path}`}</h2>
${winners.map(({ record: one }) => html`<p class="note ${one.status === "improved" ? "good" : "warn"}">${one.status === "improved" ? html`<strong>✓ The gate passed.</strong>` : html`<strong>The gate did not pass.</strong>`} ${verdictOf(one).sentence}.</p>`)}
<p class="small muted">${gateMeaning}</p>
${[...used].map(([path, versions]) => currentUse(path, environments, versions))}
${winners.some(({ record: one }) => one.isOffline) ? html`<p class="note warn"><strong>Offline models answered.</strong> The figures show that the setup works; they say nothing about a real model. Deploy only to try the way.</p>` : null}
${form}
${winner === undefined ? null : shownCommand(request.commands, `dao-opt registry deploy ${reference(winner)} --environment ${first}`, { folders: ["registry"], id: "deploy-command" })}</section>`;
}

/** What the environments use now, by prompt; prompts that are gone are left out. */
async function usedVersions(
  winners: readonly Winner[],
  registry: PromptReader,
): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  const used = new Map<string, Readonly<Record<string, number>>>();
  for (const path of new Set(winners.map((one) => one.path))) {
    const summary = await registry.prompt(path).catch((error: unknown) => {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    });
    if (summary !== undefined) used.set(path, summary.environments);
  }
  return used;
}

/** Deploys as `registry deploy` does: its gate, its notes and its check of environments. */
export async function deployWinner(
  fields: FormFields,
  record: RunRecord,
  registry: PromptArchive,
): Promise<PageDone> {
  const wanted = fields.get("version");
  const winner = winnersOf(record).find(({ path, version }) => `${path}/${version}` === wanted);
  if (winner === undefined)
    throw new NotFoundError("version", wanted, [], { hint: "choose one that this run made" });
  const environment = fields.get("environment").trim();
  const note = fields.get("note").trim();
  const force = fields.has("force");
  if (environment === "")
    throw new UsageError("no environment is named", { hint: "type one, for example production" });
  if (force && note === "")
    throw new UsageError("deploying against the gate needs a note", {
      hint: "give the reason; it is kept in the history",
    });
  if (!fields.has("new")) await refuseUnknown(environment, registry);
  const { path, version } = winner;
  await refuseChangedUse(registry, { path, version, environment }, fields);
  const deployment = await registry.deploy(`${path}@${version}`, environment, {
    ...(note === "" ? {} : { note }),
    by: pageAuthor,
    force,
  });
  return {
    to: addressOf(["ui", "runs", record.run], { deployed: path }),
    message: deployedSentence(path, deployment),
  };
}

/** After a deployment: the way to the prompt and its history. */
export function deployedNote(record: RunRecord, { query }: PageRequest): Html | null {
  const winner = winnersOf(record).find(({ path }) => path === query.get("deployed"));
  if (winner === undefined) return null;
  const { path, version } = winner;
  return html`<p class="small">${promptLink(path, `Open ${path}`, { version })}, with its deployments and the way back.</p>`;
}

/** A new environment is often a typing mistake. */
async function refuseUnknown(environment: string, registry: PromptReader): Promise<void> {
  const known = await registry.environments();
  if (known.includes(environment)) return;
  const [near] = nearNames(environment, known);
  throw new UsageError(
    `there is no environment "${environment}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    { hint: "choose one of the list, or let it be created" },
  );
}

import { NotFoundError } from "../../../../core/errors.ts";
import { shellWord } from "../../../../core/text/shell-word.ts";
import { type Html, html } from "../../../../report/html.ts";
import { changeForm, textField } from "../../shell/change-form.ts";
import { errorNote } from "../../shell/notes.ts";
import { promptAddress } from "../../shell/page-links.ts";
import { shownCommand } from "../../shell/shown-command.ts";
import { heldBy, type PromptView } from "../prompt-view.ts";

/** Asks for a note before an environment goes back to its version before. */
export function rollbackPanel(view: PromptView): Html {
  const { path, shown, environments, request } = view;
  const environment = request.query.get("environment") ?? environments[0] ?? "";
  if (!environments.includes(environment)) throw new NotFoundError("environment", environment);
  const { now, before } = heldBy(view, environment);
  const cancel = promptAddress(path, { version: shown.version });
  const title = html`<h2 id="h-do">Roll back ${environment}</h2>`;
  if (before === undefined || now === undefined)
    return html`<section id="do" class="panel" aria-labelledby="h-do">${title}${errorNote(
      `${environment} has no version before ${now ?? "nothing"}`,
      "deploy another version instead",
    )}<a class="btn" data-escape href="${cancel}">Close</a></section>`;
  const form = changeForm(
    request,
    { action: "rollback", label: `Roll back ${environment}`, key: environment },
    (
      typed,
    ) => html`<input type="hidden" name="environment" value="${environment}"><input type="hidden" name="from" value="${now}"><input type="hidden" name="to" value="${before}">
<p>${environment} uses <a href="${promptAddress(path, { version: now })}">version ${now}</a>; it goes back to <a href="${promptAddress(path, { version: before })}">version ${before}</a>. <a href="${promptAddress(path, { version: before, against: now })}#diff">Compare them</a></p>
${textField({ label: "Note", name: "note", value: typed("note"), placeholder: "Why the way back" })}
<div class="row"><button class="btn main">Roll back to ${before}</button><a class="btn" data-escape href="${cancel}">Cancel</a></div>`,
  );
  const command = `dao-opt registry rollback ${shellWord(path)} --environment ${shellWord(environment)}`;
  return html`<section id="do" class="panel" aria-labelledby="h-do">${title}${form}
${shownCommand(request.commands, command, { folders: ["registry"], id: "panel-command" })}</section>`;
}

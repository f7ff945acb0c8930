import { shellWord } from "../../../../core/text/shell-word.ts";
import { type Html, html } from "../../../../report/html.ts";
import { changeForm, selectField, textField } from "../../shell/change-form.ts";
import { promptAddress } from "../../shell/page-links.ts";
import { shownCommand } from "../../shell/shown-command.ts";
import { heldBy, type PromptView } from "../prompt-view.ts";
import { gateAnswer, isBlocked } from "./gate-answer.ts";

/** Asks where to deploy the shown version and why, under the gate's answer. */
export function deployVersionPanel(view: PromptView): Html {
  const { path, shown, versions, environments, request } = view;
  const { version } = shown;
  const choices = environments.map((name) => {
    const { now } = heldBy(view, name);
    return [name, `${name} (${now === undefined ? "nothing" : `now ${now}`})`] as const;
  });
  const usual = environments.find((name) => heldBy(view, name).now !== version) ?? environments[0] ?? "";
  const form = changeForm(
    request,
    { action: "deploy", label: `Deploy version ${version}` },
    (typed) => html`<input type="hidden" name="version" value="${version}">
${selectField({ label: "Environment", name: "environment", value: typed("environment", usual) }, choices)}
${gateAnswer(shown, versions, request.commands)}
${textField({ label: isBlocked(shown) ? "Reason (needed)" : "Note", name: "note", value: typed("note"), placeholder: "Why this version" })}
${isBlocked(shown) ? html`<label class="check"><input type="checkbox" name="force" value="yes"${typed("force") === "yes" ? html` checked` : null}> Deploy it although the gate blocks it</label>` : null}
<details${typed("new_environment") === "" ? null : html` open`}><summary>Another environment</summary>${textField({ label: "New environment (used instead of the one above)", name: "new_environment", value: typed("new_environment"), placeholder: "for example canary" })}</details>
<div class="row"><button class="btn main">Deploy version ${version}</button><a class="btn" data-escape href="${promptAddress(path, { version })}">Cancel</a></div>`,
  );
  const command = `dao-opt registry deploy ${shellWord(`${path}@${version}`)} --environment ${shellWord(usual)} --note "…"`;
  return html`<section id="do" class="panel" aria-labelledby="h-do"><h2 id="h-do">Deploy version ${version}</h2>${form}
${shownCommand(request.commands, command, { folders: ["registry"], id: "panel-command" })}</section>`;
}

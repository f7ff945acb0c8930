import { shellWord } from "../../../../core/text/shell-word.ts";
import { type Html, html } from "../../../../report/html.ts";
import { changeForm, selectField, textField } from "../../shell/change-form.ts";
import { promptAddress } from "../../shell/page-links.ts";
import { shownCommand } from "../../shell/shown-command.ts";
import { shownUseField } from "../../shell/shown-use.ts";
import { heldBy, type PromptView } from "../prompt-view.ts";
import { gateAnswer, isBlocked } from "./gate-answer.ts";

/** Asks where to deploy the shown version and why, under the gate's answer. */
export function deployVersionPanel(view: PromptView): Html {
  const { path, prompt, shown, versions, environments, request } = view;
  const { version } = shown;
  const nowOf = (name: string) => heldBy(view, name).now;
  // An environment that already uses the version stands last: it needs no deployment.
  const ordered = [
    ...environments.filter((name) => nowOf(name) !== version),
    ...environments.filter((name) => nowOf(name) === version),
  ];
  const choices = ordered.map((name) => {
    const now = nowOf(name);
    const use = now === undefined ? "nothing" : now === version ? "uses it already" : `now ${now}`;
    return [name, `${name} (${use})`] as const;
  });
  const [usual = ""] = ordered;
  const isEverywhere = ordered.every((name) => nowOf(name) === version);
  const form = changeForm(
    request,
    { action: "deploy", label: `Deploy version ${version}` },
    (
      typed,
    ) => html`<input type="hidden" name="version" value="${version}">${shownUseField({ [path]: prompt.environments })}
${isEverywhere ? html`<p class="note"><strong>${environments.join(", ")} already ${environments.length === 1 ? "uses" : "use"} version ${version}.</strong> Choose another version, or name another environment.</p>` : null}
${selectField({ label: "Environment", name: "environment", value: typed("environment", usual) }, choices)}
${gateAnswer(shown, versions, request.commands)}
${textField({ label: isBlocked(shown) ? "Reason (needed)" : "Note", name: "note", value: typed("note"), placeholder: "Why this version" })}
${isBlocked(shown) ? html`<label class="check"><input type="checkbox" name="force" value="yes"${typed("force") === "yes" ? html` checked` : null}> Deploy it although the gate blocks it</label>` : null}
<details${typed("new_environment") === "" && !isEverywhere ? null : html` open`}><summary>Another environment</summary>${textField({ label: "New environment (used instead of the one above)", name: "new_environment", value: typed("new_environment"), placeholder: "for example canary" })}</details>
<div class="row"><button class="btn main">Deploy version ${version}</button><a class="btn" data-escape href="${promptAddress(path, { version })}">Cancel</a></div>`,
  );
  const command = `dao-opt registry deploy ${shellWord(`${path}@${version}`)} --environment ${shellWord(usual)} --note "…"`;
  return html`<section id="do" class="panel" aria-labelledby="h-do"><h2 id="h-do">Deploy version ${version}</h2>${form}
${shownCommand(request.commands, command, { folders: ["registry"], id: "panel-command" })}</section>`;
}

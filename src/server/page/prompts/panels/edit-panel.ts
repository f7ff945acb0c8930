import { textsOf } from "../../../../core/prompt/candidate.ts";
import { type Html, html } from "../../../../report/html.ts";
import type { ServerServices } from "../../../server-services.ts";
import { areaField, changeForm, type TypedValue, textField } from "../../shell/change-form.ts";
import { promptAddress } from "../../shell/page-links.ts";
import { type PromptView, promptName } from "../prompt-view.ts";
import { contractOf, settingsText, textFieldName } from "./edited-version.ts";

/** The shown version's texts to edit; what is saved is a new version. */
export function editPanel(view: PromptView, services: Pick<ServerServices, "project">): Html {
  const { path, shown, versions, request } = view;
  const next = (versions.at(-1)?.version ?? 0) + 1;
  const form = changeForm(
    request,
    { action: "save", label: `Edit version ${shown.version} as a new version` },
    (typed) => html`<input type="hidden" name="version" value="${shown.version}">
${textFields(view, typed)}
${contractNote(view, services)}
${textField({ label: "What changed, and why", name: "version_description", value: typed("version_description"), placeholder: "kept with the version" })}
${textField({ label: "Version name", name: "version_name", value: typed("version_name"), placeholder: "optional, for example shorter-labels" })}
${settingsField(view, typed)}
<details${typed("path") === "" ? null : html` open`}><summary>Save as another prompt</summary>${textField({ label: "Path of the new prompt", name: "path", value: typed("path"), placeholder: `${path}-2` })}</details>
<div class="row"><button class="btn main">Save as a new version</button><a class="btn" href="${promptAddress(path, { version: shown.version })}">Discard</a></div>`,
  );
  return html`<section id="do" class="panel" aria-labelledby="h-do"><h2 id="h-do">Edit version ${shown.version} as version ${next}</h2>${form}</section>`;
}

function textFields({ path, shown: { template } }: PromptView, typed: TypedValue): Html {
  if (typeof template === "string")
    return areaField({
      label: "Text",
      name: textFieldName(0),
      value: typed(textFieldName(0), template),
      rows: rowsFor(template),
    });
  const texts = textsOf([{ key: promptName(path), template }]);
  const fields = Object.entries(texts).map(([name, text], at) =>
    areaField({
      label: `Message ${name.slice(name.lastIndexOf("#") + 1).replace(":", ", role ")}`.replace(
        /\d+/,
        (number) => String(Number(number) + 1),
      ),
      name: textFieldName(at),
      value: typed(textFieldName(at), text),
      rows: rowsFor(text),
    }),
  );
  const fixed = template.length - fields.length;
  return html`${fields}${fixed === 0 ? null : html`<p class="small muted">${fixed} ${fixed === 1 ? "message" : "messages"} with images or a chat history stay as they are.</p>`}`;
}

function rowsFor(text: string): number {
  return Math.min(24, Math.max(6, text.split("\n").length + 2));
}

/** What the new text must keep. */
function contractNote(view: PromptView, services: Pick<ServerServices, "project">): Html {
  const { locked, maxPromptTokens } = contractOf(view, services);
  const parts = [
    html`The variables stay as they are.`,
    locked.length === 0
      ? null
      : html` These passages are locked and stay word for word: ${locked.map((span, at) => html`${at === 0 ? "" : ", "}<q class="mono">${span}</q>`)}.`,
    maxPromptTokens === undefined ? null : html` At most ${maxPromptTokens} tokens.`,
  ];
  return html`<p class="small muted">${parts}</p>`;
}

function settingsField({ shown }: PromptView, typed: TypedValue): Html {
  const usual = settingsText(shown);
  const value = typed("settings", usual);
  return html`<details${value === usual ? null : html` open`}><summary>Model and settings</summary>${areaField({ label: "Settings (JSON, as in a .prompt file)", name: "settings", value, rows: rowsFor(value) })}</details>`;
}

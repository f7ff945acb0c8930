import { digestOf } from "../../../../core/data/digest.ts";
import { type Html, html } from "../../../../report/html.ts";
import { textsOfTags } from "../../../humanloop/given-prompt.ts";
import { areaField, changeForm, textField } from "../../shell/change-form.ts";
import { promptAddress } from "../../shell/page-links.ts";
import type { PromptView } from "../prompt-view.ts";

export const detailsField = "shown_details";

/** Of what the form shows, so that two readers do not replace each other's changes unseen. */
export function detailsDigest(
  { versionName, versionDescription }: PromptView["shown"],
  { description, tags }: Pick<PromptView["prompt"], "description" | "tags">,
): string {
  const shown = { versionName, versionDescription, description };
  return digestOf([JSON.stringify(shown), tags]).slice(0, 16);
}

/** Name and description of the shown version, description and tags of the prompt. */
export function detailsPanel(view: PromptView): Html {
  const { path, prompt, shown, request } = view;
  const { version, versionName = "", versionDescription = "" } = shown;
  const form = changeForm(
    request,
    { action: "describe", label: "Names, descriptions and tags" },
    (
      typed,
    ) => html`<input type="hidden" name="version" value="${version}"><input type="hidden" name="${detailsField}" value="${detailsDigest(shown, prompt)}">
${textField({ label: `Name of version ${version}`, name: "version_name", value: typed("version_name", versionName), placeholder: "for example shorter-labels" })}
${areaField({ label: `Description of version ${version}`, name: "version_description", value: typed("version_description", versionDescription), rows: 2 })}
${areaField({ label: "Description of the prompt", name: "description", value: typed("description", prompt.description ?? ""), rows: 2 })}
${areaField({ label: "Tags of the prompt, one a line: key=value or key", name: "tags", value: typed("tags", textsOfTags(prompt.tags).join("\n")), rows: 3 })}
<div class="row"><button class="btn main">Save</button><a class="btn" href="${promptAddress(path, { version })}">Cancel</a></div>`,
  );
  return html`<section id="do" class="panel" aria-labelledby="h-do"><h2 id="h-do">Names, descriptions and tags</h2>${form}</section>`;
}

import { type Html, html, trusted } from "../../../report/html.ts";
import { exactText } from "../../../report/inert-text.ts";
import { refusedId } from "./layout.ts";
import { errorNote } from "./notes.ts";
import type { PageRequest } from "./page-area.ts";

export const tokenField = "csrf_token";
export const actionField = "action";
/** Distinguishes forms of one action on one page. */
const keyField = "form_key";

interface ChangeFormOptions {
  /** A name of the page's `actions`. */
  readonly action: string;
  /** What the form does, for screen readers. */
  readonly label: string;
  /** Needed if the page has several forms of this action. */
  readonly key?: string;
  readonly className?: string;
  /** Address of the page with the action. Default: the page that is shown, with its query. */
  readonly address?: string;
}

/** The value that was typed if the form was refused, else the usual one. */
export type TypedValue = (name: string, usual?: string) => string;

/** A form that changes something. Empty for a read-only key: its buttons are absent. */
export function changeForm(
  request: PageRequest,
  { action, label, key = "", className = "stackf", address }: ChangeFormOptions,
  fields: (typed: TypedValue) => Html,
): Html {
  if (!request.canWrite) return html``;
  const { refused, token } = request;
  const own = refused?.action === action && refused.fields.get(keyField) === key ? refused : undefined;
  const typed: TypedValue = (name, usual = "") => own?.fields.get(name) ?? usual;
  const target =
    address ?? `${encodeURI(request.path)}${request.query.size === 0 ? "" : `?${request.query}`}`;
  return html`<form method="post" action="${target}" class="${className}" aria-label="${label}">
<input type="hidden" name="${tokenField}" value="${token}"><input type="hidden" name="${actionField}" value="${action}"><input type="hidden" name="${keyField}" value="${key}">
${own === undefined ? null : errorNote(own.message, own.hint, refusedId)}
${fields(typed)}
</form>`;
}

interface FieldOptions {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly isRequired?: boolean;
  /** A list of suggestions by its id. */
  readonly list?: string;
}

export function textField({ label, name, value, placeholder, isRequired, list }: FieldOptions): Html {
  return html`<label class="field">${label}<input type="text" name="${name}" value="${trusted(exactText(value))}" placeholder="${placeholder ?? ""}"${list === undefined ? null : html` list="${list}"`}${isRequired === true ? html` required` : null} autocomplete="off"></label>`;
}

/** Keeps every character of a text, also those that cannot be seen. */
export function areaField({
  label,
  name,
  value,
  placeholder,
  isRequired,
  rows = 8,
  problem,
}: FieldOptions & { readonly rows?: number; readonly problem?: string | undefined }): Html {
  // A line end after the tag is not part of the text.
  const id = `problem-${name}`;
  return html`<label class="field">${label}<textarea name="${name}" rows="${rows}" placeholder="${placeholder ?? ""}" spellcheck="false"${isRequired === true ? html` required` : null}${problem === undefined ? null : html` aria-invalid="true" aria-describedby="${id}"`}>
${trusted(exactText(value))}</textarea></label>${problem === undefined ? null : html`<p class="small" id="${id}"><span class="st no">${problem}</span></p>`}`;
}

export function selectField(
  { label, name, value }: Pick<FieldOptions, "label" | "name" | "value">,
  choices: readonly (readonly [value: string, text: string])[],
): Html {
  return html`<label class="field">${label}<select name="${name}">${choices.map(
    ([one, text]) => html`<option value="${one}"${one === value ? html` selected` : null}>${text}</option>`,
  )}</select></label>`;
}

/** Safe markup, created only by the `html` tag. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly (Html | null)[] | null | undefined;

/** Template tag that escapes every value except markup. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = texts.reduce((sum, text, at) => sum + (at === 0 ? "" : markupOf(parts[at - 1])) + text, "");
  return { markup };
}

function markupOf(part: Part): string {
  if (part === null || part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return "markup" in part ? part.markup : part.map((one) => one?.markup ?? "").join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => entities[mark] ?? mark);
}

/** Markup as it is: only for texts of this program. */
export function trusted(markup: string): Html {
  return { markup };
}

/** A value for the page's script. Everything that could end the block or change how text is read is escaped. */
export function jsonBlock(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replace(
    /[<>&\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return html`<script type="application/json" id="${id}">${trusted(json)}</script>`;
}

/** Markup that is safe to put into a page. Made by the `html` tag alone. */
export interface Html {
  readonly markup: string;
}

type Part = string | number | Html | readonly Html[] | null | undefined;

/** A template tag: every value is escaped unless it is markup already. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = texts.reduce((sum, text, at) => sum + (at === 0 ? "" : markupOf(parts[at - 1])) + text, "");
  return { markup };
}

function markupOf(part: Part): string {
  if (part === null || part === undefined) return "";
  if (typeof part === "string" || typeof part === "number") return escapeHtml(String(part));
  return "markup" in part ? part.markup : part.map((one) => one.markup).join("");
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

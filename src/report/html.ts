/** The page's style: system fonts, light and dark, no network. */
export const style: Html = {
  markup: `<style>
:root { color-scheme: light dark; --line: #8884; --good: #177a3c; --bad: #b3261e; --soft: #8881; --good-soft: #2da44e2e; --bad-soft: #e5534b2e; }
@media (prefers-color-scheme: dark) { :root { --good: #57d27f; --bad: #ff8f85; } }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 70rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .25rem 0 .75rem; }
.quiet { opacity: .7; }
.verdict { font-weight: 600; } .improved { color: var(--good); } .failed, .regressed { color: var(--bad); }
.notice { background: var(--soft); border-left: 4px solid var(--line); padding: .5rem .75rem; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
th { font-weight: 600; white-space: nowrap; } td.number, th.number { text-align: right; white-space: nowrap; }
.wide { overflow-x: auto; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); padding: .75rem 1rem; margin: .5rem 0; font: 13px/1.55 ui-monospace, monospace; }
ins { background: var(--good-soft); text-decoration: none; } del { background: var(--bad-soft); }
.chart { display: block; width: 100%; max-width: 32rem; margin: .5rem 0 1rem; font-size: 12px; }
.chart text { fill: currentColor; opacity: .8; } .chart path, .chart polyline { fill: none; stroke: currentColor; opacity: .35; }
.chart .front { stroke-dasharray: 3 4; } .chart circle { fill: currentColor; opacity: .55; } .chart .chosen { fill: var(--good); opacity: 1; }
details { margin: .5rem 0; } summary { cursor: pointer; }
</style>`,
};

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

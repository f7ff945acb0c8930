import { endOfBrackets } from "../../../core/text/end-of-brackets.ts";

const page = /^\s*<(!doctype\s+html|html|head|body|\?xml)\b|<\/html\s*>/i;

/** Whether the text is a web page instead of an API response. */
export function isHtml(text: string): boolean {
  return page.test(text);
}

/** One-line summary of a page: its title, else its first heading, else all its text. */
export function htmlText(html: string): string {
  for (const tag of ["title", "h1"]) {
    const found = new RegExp(`<${tag}\\b[^>]*>([\\s\\S]*?)</${tag}\\s*>`, "i").exec(html)?.[1];
    const text = found === undefined ? "" : plain(found);
    if (text !== "") return text;
  }
  return plain(html.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, " "));
}

function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, " ")
    .replace(/&nbsp;/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** JSON found in a text. */
interface EmbeddedJson {
  readonly value: unknown;
  /** Whether the text consists of nothing but the JSON. */
  readonly isWhole: boolean;
}

const mostStarts = 5;

/**
 * The first JSON object or list in a text, for example in `litellm.BadRequestError: XaiException - {"error": …}`.
 * Undefined if none can be parsed.
 */
export function embeddedJson(text: string): EmbeddedJson | undefined {
  let start = -1;
  for (let tries = 0; tries < mostStarts; tries++) {
    start = nextStart(text, start + 1);
    if (start < 0) return undefined;
    const end = endOfBrackets(text, start);
    if (end === undefined) continue;
    const value = parse(text.slice(start, end));
    if (value !== undefined)
      return { value, isWhole: text.slice(0, start).trim() + text.slice(end).trim() === "" };
  }
  return undefined;
}

function nextStart(text: string, from: number): number {
  const at = text.slice(from).search(/\{\s*["\\]|\[\s*\{/);
  return at < 0 ? -1 : from + at;
}

/** Some gateways quote the upstream's body as a Python byte string, with line breaks as `\n`. */
function parse(text: string): unknown {
  for (const form of [text, text.replaceAll("\\n", " ").replaceAll('\\"', '"')]) {
    try {
      return JSON.parse(form);
    } catch {}
  }
  return undefined;
}

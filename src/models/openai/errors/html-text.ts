const page = /^\s*<(!doctype\s+html|html|head|body|\?xml)\b|<\/html\s*>/i;

/** Is this a web page where an API's answer should be? */
export function isHtml(text: string): boolean {
  return page.test(text);
}

/** What a page says in one line: its title, else its first heading, else all its text. */
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

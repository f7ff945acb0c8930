const variables = /\{\{\s*[\w.-]+\s*\}\}/g;
const listItem = /^\s*[-*]\s+["`']?(\{\{\s*[\w.]+\s*\}\})["`']?\s*$/;

/** The unfilled variables of a text, each once, without blanks inside. */
export function placeholdersIn(text: string): ReadonlySet<string> {
  return new Set((text.match(variables) ?? []).map((one) => one.replace(/\s/g, "")));
}

/** Variables that stand as items of a list: those a new text must keep. */
export function listedVariables(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => listItem.exec(line)?.[1] ?? []);
}

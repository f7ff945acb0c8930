/** Starts of spreadsheet formulas (OWASP, CSV injection), including full-width forms and leading blanks. */
const formulaStart = /^(?:[\s\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/;

/** Prefixes a cell's text with an apostrophe if a spreadsheet would read it as a formula. */
export function withoutFormula(text: string): string {
  return formulaStart.test(text) ? `'${text}` : text;
}

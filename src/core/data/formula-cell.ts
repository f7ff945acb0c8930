/** How formulas begin in one spreadsheet or another (OWASP, CSV injection), wide forms and after blanks too. */
const formulaStart = /^(?:[\s\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/;

/** A cell's text with an apostrophe before it where a spreadsheet would take it for a formula. */
export function withoutFormula(text: string): string {
  return formulaStart.test(text) ? `'${text}` : text;
}

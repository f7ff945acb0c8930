/** One case of a JUnit suite. */
interface JunitCase {
  readonly name: string;
  readonly className: string;
  readonly seconds: number;
  /** Set if the gate failed. */
  readonly failure?: string;
  /** Set if the case could not run. */
  readonly error?: string;
  readonly skipped?: string;
  readonly output?: string;
}

/** Renders JUnit XML with one suite. */
export function renderJunit(suite: string, cases: readonly JunitCase[]): string {
  const count = (has: (one: JunitCase) => boolean) => cases.filter(has).length;
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  const attributes = [
    `name="${escapeXml(suite)}"`,
    `tests="${cases.length}"`,
    `failures="${count(({ failure }) => failure !== undefined)}"`,
    `errors="${count(({ error }) => error !== undefined)}"`,
    `skipped="${count(({ skipped }) => skipped !== undefined)}"`,
    `time="${seconds.toFixed(3)}"`,
  ].join(" ");
  const body = cases.map(renderCase).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite ${attributes}>\n${body}\n</testsuite>\n</testsuites>\n`;
}

function renderCase(one: JunitCase): string {
  const head = `<testcase name="${escapeXml(one.name)}" classname="${escapeXml(one.className)}" time="${one.seconds.toFixed(3)}"`;
  const children = [
    one.failure === undefined ? "" : `<failure message="${escapeXml(one.failure)}"/>`,
    one.error === undefined ? "" : `<error message="${escapeXml(one.error)}"/>`,
    one.skipped === undefined ? "" : `<skipped message="${escapeXml(one.skipped)}"/>`,
    one.output === undefined ? "" : `<system-out>${escapeXml(one.output)}</system-out>`,
  ].join("");
  return children === "" ? `${head}/>` : `${head}>${children}</testcase>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Escapes XML and drops characters that XML 1.0 cannot represent: control characters and lone surrogates. */
function escapeXml(text: string): string {
  return [...text]
    .filter((mark) => isXmlCharacter(mark.codePointAt(0) ?? 0))
    .map((mark) => entities[mark] ?? (mark === "\n" ? "&#10;" : mark))
    .join("");
}

function isXmlCharacter(code: number): boolean {
  if (code === 0x9 || code === 0xa || code === 0xd) return true;
  return (code >= 0x20 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd) || code >= 0x10000;
}

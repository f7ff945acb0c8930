const shortestFence = 3;

/** Backticks that no text among these can close: longer than any run of them inside. */
export function fenceFor(texts: readonly string[], shortest = shortestFence): string {
  const runs = texts.flatMap((text) => text.match(/`+/g) ?? []).map((run) => run.length);
  return "`".repeat(runs.reduce((longest, run) => Math.max(longest, run + 1), shortest));
}

/** The text between two fence lines; the title stands behind the first. */
export function fenced(text: string, title = ""): string {
  const fence = fenceFor([text]);
  return `${fence}${title.replace(/[`\r\n]+/g, " ").trim()}\n${text}\n${fence}`;
}

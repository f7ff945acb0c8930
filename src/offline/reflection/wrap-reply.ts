/** The text in a fence that it cannot close, at least as long as the one asked for. */
export function wrapReply(text: string, asked: string): string {
  const mark = asked.charAt(0);
  const runs = text.match(new RegExp(`^[ \\t]*${mark}{3,}`, "gm")) ?? [];
  const longest = runs.reduce((most, run) => Math.max(most, run.trim().length + 1), asked.length);
  const fence = mark.repeat(longest);
  return `${fence}\n${text}\n${fence}`;
}

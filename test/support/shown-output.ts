/**
 * Output as it is compared with what a README shows: run ids, times, durations and folders differ from run
 * to run, and the width of a column with them.
 */
export function comparableOutput(text: string, folder: string): string {
  return text
    .replaceAll(folder, "~/dao-opt")
    .replace(/r_\d{8}-\d+-\w+/g, "r_RUN")
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?Z?/g, "TIME")
    .replace(/\b(\d+ [hm] )?\d+(\.\d+)? (s|ms|m)(?!\w)/g, "DURATION")
    .replace(/ time="[\d.]+"/g, ' time="DURATION"')
    .replace(/─+/g, "─")
    .replace(/ {2,}/g, " ")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trim();
}

/** Does the output look as shown? A shown line `…` stands for any number of lines. */
export function matchesShown(comparable: string, shown: string): boolean {
  const pattern = shown
    .split("\n")
    .map((line) => (line === "…" ? "(?:.*\\n)*?" : `${line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${comparable}\n`);
}

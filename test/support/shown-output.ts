/**
 * Output normalized for comparison with a README: run ids, times, durations, folders and column widths differ
 * from run to run.
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

/** True if the output looks as shown. A shown line `…` stands for any number of lines. */
export function matchesShown(comparable: string, shown: string): boolean {
  const pattern = shown
    .split("\n")
    .map((line) => (line === "…" ? "(?:.*\\n)*?" : `${line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\n`))
    .join("");
  return new RegExp(`^${pattern}$`).test(`${comparable}\n`);
}

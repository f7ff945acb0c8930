// The JSON result of a command as Markdown, and as annotations of GitHub's log.

const order = ["failed", "regressed", "no_proven_improvement", "skipped", "improved"];

/** The worst status of the optimizations; without any, the status of the command. */
export function worstStatus(result) {
  const statuses = (result?.optimizations ?? []).flatMap(({ status }) => status ?? []);
  const known = order.find((status) => statuses.includes(status));
  if (known !== undefined) return known;
  if (result?.ok !== undefined) return result.ok ? "valid" : "invalid";
  return statuses[0] ?? result?.status ?? (result?.error ? "failed" : undefined);
}

/** Problems and warnings at their places in the config. `place` is the folder of the command. */
export function annotationsOf(result, place) {
  const issues = [...(result?.issues ?? []), ...(result?.error?.issues ?? [])];
  const unique = new Map(issues.map((issue) => [JSON.stringify(issue), issue]));
  return [
    ...[...unique.values()].map((issue) => annotation("error", issue, place)),
    ...(result?.warnings ?? [])
      .filter((one) => typeof one === "object")
      .map((issue) => annotation("warning", issue, place)),
  ];
}

function annotation(level, { file, line, column, message, hint }, place) {
  const path = file && place && !file.startsWith("/") ? `${place}/${file}` : file;
  const properties = Object.entries({ file: path, line, col: column })
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  const text = [message, hint].filter(Boolean).join("; ");
  return `::${level} ${[...properties, "title=dao-opt"].join(",")}::${escapeData(text)}`;
}

// As in actions/toolkit, packages/core/src/command.ts.
function escapeData(text) {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(text) {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}

/** The result as Markdown. `run` writes its own step summary; for other commands it is made of their JSON. */
export function renderResult({ command, config, code, result, summary }) {
  const head = `**dao-opt ${command}** <code>${text(config)}</code> · exit code ${code}\n\n`;
  return (
    head +
    (summary === "" ? evaluations(result) + validation(result) + failureOf(result) : `${summary.trim()}\n`)
  );
}

function evaluations(result) {
  return (result?.evaluations ?? [])
    .map(({ optimization, split, results = [] }) => {
      const rows = results.map(({ ref, version, model, score, interval, rows: count, usage }) => [
        text(ref),
        version ?? "",
        text(model),
        typeof score === "number" ? score.toFixed(3) : "–",
        Array.isArray(interval) ? interval.map((end) => end.toFixed(3)).join(" to ") : "",
        count ?? "",
        usage?.calls ?? "",
        typeof usage?.usd === "number" ? `${usage.usd.toFixed(4)} USD` : "unknown",
      ]);
      const heads = ["Prompt", "Version", "Model", "Score", "95 % interval", "Rows", "Calls", "Cost"];
      const lines = [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`);
      return `${text(optimization)}, split ${text(split)}\n\n${lines.join("")}\n`;
    })
    .join("");
}

function validation(result) {
  if (result === undefined || result.ok === undefined) return "";
  const line = (mark, { file, line: at, path, message, hint }) =>
    `- ${mark}: ${text([file, at].filter(Boolean).join(":"))} ${path ? `<code>${text(path)}</code> ` : ""}${text([message, hint].filter(Boolean).join("; "))}\n`;
  const issues = (result.issues ?? []).map((issue) => line("error", issue));
  const warnings = (result.warnings ?? []).map((issue) => line("warning", issue));
  return [result.ok ? "The config is valid.\n" : "", ...issues, ...warnings].join("");
}

function failureOf(result) {
  if (result === undefined) return "The command printed no result; see the log of this step.\n";
  return typeof result.error?.message === "string" && result.ok === undefined
    ? `${text(result.error.message)}\n`
    : "";
}

/** Text of a config or a model: shown as it is, never as Markdown, HTML or a mention. */
function text(value) {
  return String(value ?? "")
    .replace(/\s+/g, " ")
    .slice(0, 500)
    .replace(/[&<>]/g, (mark) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[mark])
    .replace(/[\\`*_{}[\]()#+!|~@]/g, (mark) =>
      mark === "@" ? "&#64;" : mark === "#" ? "&#35;" : `\\${mark}`,
    );
}

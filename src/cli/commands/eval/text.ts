import type { Look } from "../../context.ts";
import type { Column } from "../../terminal/fit-columns.ts";
import {
  formatCount,
  formatInterval,
  formatScore,
  formatSeconds,
  formatUsd,
  marked,
} from "../../terminal/format.ts";
import { renderJunit } from "../../terminal/junit.ts";
import { offlineNote } from "../../terminal/notices.ts";
import { shortenedInMiddle } from "../../terminal/shorten.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import type { EvalOutput, EvaluationOutput } from "./output.ts";

const right = { align: "right" } as const;

/** Renders `eval`: one table per optimization. */
export function renderEvaluations(output: EvalOutput, confidence: number, look: Look): string {
  const columns: Column[] = [
    { title: "Prompt", least: 20, weight: 2, isKey: true, shorten: shortenedUri },
    { title: "Model", least: 10 },
    { title: "Score", ...right },
    { title: `${Math.round(confidence * 100)} % CI` },
    { title: "Rows", ...right, leaves: 4 },
    { title: "Failed", ...right, leaves: 3 },
    { title: "Calls", ...right, leaves: 5 },
    { title: "Tokens", ...right, leaves: 1 },
    { title: "Cost", ...right, leaves: 6 },
    { title: "Time", ...right, leaves: 2 },
  ];
  const tables = output.evaluations.map(({ optimization, dataset, split, results }) => {
    const rows = split === "all" ? "all rows" : `${split} rows`;
    return `${wrapText(`${optimization}: dataset ${dataset}, ${rows}`, look.columns)}\n${renderTable(columns, results.map(cells), look)}`;
  });
  const offline = output.offline ? `${wrapText(offlineNote, look.columns)}\n` : "";
  const notes = output.evaluations.flatMap(({ results }) =>
    results.flatMap((result) =>
      result.notes.map((note) => `${wrapText(`${nameOf(result)}: ${note}`, look.columns)}\n`),
    ),
  );
  return `${tables.join("\n")}${notes.join("")}${offline}`;
}

/** The prompt's name and version if the whole URI does not fit. */
function shortenedUri(uri: string, width: number): string {
  return shortenedInMiddle(uri.split("/").slice(-2).join("/"), width);
}

/** `base (version 2)`; a version URI already contains the number. */
function nameOf({ ref, version }: EvaluationOutput["results"][number]): string {
  if (ref !== "base" && ref !== "source") return ref;
  return version === null ? ref : `${ref} (version ${version})`;
}

function cells(result: EvaluationOutput["results"][number]): readonly string[] {
  const { usage, interval } = result;
  return [
    nameOf(result),
    result.model,
    formatScore(result.score),
    interval === null ? "" : formatInterval(interval),
    formatCount(result.rows),
    formatCount(result.failed),
    formatCount(usage.calls),
    marked(formatCount(usage.input_tokens + usage.output_tokens), usage.estimated),
    marked(formatUsd(usage.usd), usage.estimated),
    formatSeconds(result.seconds),
  ];
}

/** Renders an evaluation as JUnit: one case per scored prompt. An early end is the last case's error. */
export function renderEvalJunit({ evaluations, error }: EvalOutput): string {
  const cases = evaluations.flatMap(({ optimization, results }) =>
    results.map(({ ref, seconds, score, rows }) => ({
      name: ref,
      className: optimization,
      seconds,
      output: `score ${formatScore(score)} on ${rows} rows`,
    })),
  );
  const last = cases.length - 1;
  return renderJunit(
    "dao-opt eval",
    error === null ? cases : cases.map((one, at) => (at === last ? { ...one, error: error.message } : one)),
  );
}

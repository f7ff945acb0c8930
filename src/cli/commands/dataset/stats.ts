import { datasetStats } from "../../../datasets/manage/dataset-stats.ts";
import { readRecordRows } from "../../../datasets/store/read-records.ts";
import type { CliContext, Look } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { countOf, formatCount, formatPercent } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { locateDataset } from "./locate.ts";
import { openDatasetCommand, textFlag } from "./open.ts";
import { type DatasetStatsOutput, statsOutput } from "./output.ts";

const shownLabels = 20;
const shownLeaks = 5;

/** Renders `dataset stats`: counts, then warnings. */
function datasetStatsText(stats: DatasetStatsOutput, look: Look): string {
  const facts = [
    ...stats.parts.map(({ name, rows }) => `part ${name}: ${countOf(rows, "row")}`),
    ...answerLines(stats),
    nearLine(stats),
    ...leakLines("input", stats.leaks),
    ...(stats.group_leaks === null ? [] : leakLines("group", stats.group_leaks)),
  ];
  const warnings = stats.warnings.map((text) => `warning: ${text}`);
  return [
    `${wrapText(`${stats.datasets.join(", ")}: ${countOf(stats.rows, "row")}, ${formatCount(stats.distinct_inputs)} with distinct inputs`, look.columns)}\n`,
    lengthTable(stats, look),
    `${wrapText(facts.join("\n"), look.columns)}\n`,
    labelTable(stats, look),
    warnings.length === 0 ? "" : `${wrapText(warnings.join("\n"), look.columns)}\n`,
  ].join("");
}

function lengthTable({ inputs, outputs }: DatasetStatsOutput, look: Look): string {
  const rows = [
    ["inputs", inputs],
    ["outputs", outputs],
  ] as const;
  const lines = rows.flatMap(([name, measured]) =>
    measured === null
      ? []
      : (["characters", "tokens"] as const).map((unit) => {
          const { least, median, mean, p95, most } = measured[unit];
          const figures = [least, median, mean, p95, most].map((figure) => formatCount(Math.round(figure)));
          return [`${name}, ${unit === "tokens" ? "tokens (estimated)" : unit}`, ...figures];
        }),
  );
  if (lines.length === 0) return "";
  const titles = ["Least", "Median", "Mean", "95 %", "Most"].map((title) => ({
    title,
    align: "right" as const,
  }));
  return renderTable([{ title: "Lengths" }, ...titles], lines, look);
}

function answerLines({ answers, distinct_answers: distinct }: DatasetStatsOutput): string[] {
  const kinds = [
    [answers.expected, "with an expected answer"],
    [answers.facts, "with expected facts"],
    [answers.output, "with a recorded output only, used as the expected answer"],
    [answers.none, "without any answer"],
  ] as const;
  const lines = kinds.filter(([rows]) => rows > 0).map(([rows, words]) => `${countOf(rows, "row")} ${words}`);
  return distinct === null ? [...lines, "the answers are free text, not labels"] : lines;
}

function nearLine({
  near_duplicates: { share, sample },
  distinct_inputs: distinct,
}: DatasetStatsOutput): string {
  const where =
    sample < distinct
      ? `in a sample of ${formatCount(sample)} distinct inputs; the full set has more`
      : "of the distinct inputs";
  return `near-duplicates: ${formatPercent(share)} ${where}`;
}

function leakLines(what: string, { count, examples }: DatasetStatsOutput["leaks"]): string[] {
  if (count === 0) return [];
  const shown = examples
    .slice(0, shownLeaks)
    .map((leak) => `  ${leak.what} in ${leak.parts[0]} and ${leak.parts[1]}`);
  const more = count - shown.length;
  return [
    `leaks: ${countOf(count, what)} in more than one part`,
    ...shown,
    ...(more > 0 ? [`  and ${formatCount(more)} more`] : []),
  ];
}

function labelTable({ labels, answers, distinct_answers: distinct }: DatasetStatsOutput, look: Look): string {
  const answered = answers.expected + answers.output;
  // Mostly distinct answers are not labels.
  if (distinct === null || labels.length === 0 || labels.length > Math.max(shownLabels, answered / 5))
    return "";
  const rows = labels
    .slice(0, shownLabels)
    .map(({ label, rows: count }) => [label, formatCount(count), formatPercent(count / answered)]);
  const columns = [
    { title: "Answer", least: 12 },
    { title: "Rows", align: "right" },
    { title: "Share", align: "right" },
  ] as const;
  const more = distinct - rows.length;
  return `${renderTable(columns, rows, look)}${more > 0 ? `and ${formatCount(more)} other answers\n` : ""}`;
}

/** `dataset stats` */
export async function statsCommand(
  words: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const command = await openDatasetCommand(options, context);
  const located = await Promise.all(words.map((word) => locateDataset(word, command)));
  const sources = located.map(({ name, file, openRows }) => ({
    name,
    rows: readRecordRows(file, { openRows }),
  }));
  const stats = await datasetStats(sources, { by: textFlag(options, "by") });
  const output = statsOutput(
    located.map(({ name }) => name),
    stats,
  );
  command.print(output, () => datasetStatsText(output, command.look));
  return exitDone;
}

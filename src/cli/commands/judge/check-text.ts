import { Chalk } from "chalk";
import type { Look } from "../../context.ts";
import { type Figure, figureLines } from "../../terminal/figure-lines.ts";
import { countOf, formatCount, formatInterval, formatScore } from "../../terminal/format.ts";
import { renderJunit } from "../../terminal/junit.ts";
import { shortened } from "../../terminal/shorten.ts";
import { renderTable } from "../../terminal/table.ts";
import { printable, wrapText } from "../../terminal/wrap.ts";
import type { JudgeCheckOutput } from "./check-output.ts";

type Measured = JudgeCheckOutput["kappa"];

const shownDisagreements = 5;
const shownCharacters = 160;

/** Renders a check: figures, confusion matrix, disagreements. `isVerbose` shows every disagreement. */
export function renderJudgeCheck(output: JudgeCheckOutput, look: Look, isVerbose: boolean): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const wrap = (line: string) => wrapText(line, look.columns);
  const { scorer, model, labels, rows } = output;
  const offline = output.offline
    ? ["offline: rule-based models answered; the figures do not apply to real models"]
    : [];
  return [
    wrap(
      color.bold(
        `${scorer} (${model}) against ${countOf(labels.answers, "labelled answer")} of ${labels.source}`,
      ),
    ),
    ...figureLines(figuresOf(output), output.usage).map(wrap),
    ...(rows === 0 ? [] : [matrixTable(output, look).trimEnd()]),
    ...disagreementLines(output, isVerbose).map(wrap),
    ...output.notes.map((note) => wrap(`  · ${note}`)),
    ...verdictLines(output).map((line) => wrap(`${color.cyan("→")} ${line}`)),
    ...offline.map(wrap),
    "",
  ].join("\n");
}

function figuresOf(output: JudgeCheckOutput): readonly Figure[] {
  const { agreement, kappa, weighted_kappa: weighted, spearman, kendall_tau_b: kendall } = output;
  const lines: Figure[] = [];
  const add = (name: string, figure: Measured | null) => {
    if (figure !== null) lines.push([name, figureText(figure)]);
  };
  if (agreement.value !== null) {
    const rule =
      output.decided_by_rule === 0
        ? ""
        : `, ${formatCount(output.decided_by_rule)} decided without the judge`;
    lines.push([
      "agreement",
      `${figureText(agreement)}, ${formatCount(agreement.agreed)} of ${countOf(output.rows, "answer")}${rule}`,
    ]);
  }
  add("kappa", kappa);
  add("weighted kappa", weighted);
  add("Spearman", spearman);
  add("Kendall tau-b", kendall);
  const { people, missing } = output;
  if (people !== null) {
    const [one, other] = people.raters;
    lines.push([
      "people",
      `${figureText(people.kappa)} between ${one} and ${other} on ${countOf(people.rows, "answer")}`,
    ]);
  }
  const lacks = [
    ...(missing.unreadable === 0 ? [] : [`${missing.unreadable} without a readable verdict`]),
    ...(missing.failed === 0 ? [] : [`${missing.failed} without a reply`]),
    ...(missing.not_asked === 0 ? [] : [`${missing.not_asked} not asked`]),
  ];
  if (lacks.length > 0) lines.push(["left out", lacks.join(", ")]);
  return lines;
}

function figureText({ value, interval }: Measured): string {
  if (value === null) return "undefined";
  const shown = value < 0 ? `−${formatScore(-value)}` : formatScore(value);
  return interval === null ? shown : `${shown} ${formatInterval(interval)}`;
}

function matrixTable({ matrix: { levels, counts } }: JudgeCheckOutput, look: Look): string {
  const columns = [
    { title: "people ↓ judge →" },
    ...levels.map((title) => ({ title, align: "right" as const })),
  ];
  const rows = counts.map((row, at) => [levels[at] ?? "", ...row.map(formatCount)]);
  return renderTable(columns, rows, look);
}

function disagreementLines({ disagreements }: JudgeCheckOutput, isVerbose: boolean): readonly string[] {
  if (disagreements.length === 0) return [];
  const shown = isVerbose ? disagreements : disagreements.slice(0, shownDisagreements);
  const left = disagreements.length - shown.length;
  const more = left === 0 ? [] : [`  and ${formatCount(left)} more; -v shows all, --json too`];
  const line = (name: string, text: string | null) =>
    text === null ? [] : [`    ${name}: ${shortened(printable(text).replace(/\s+/g, " "), shownCharacters)}`];
  return [
    countOf(disagreements.length, "disagreement"),
    ...shown.flatMap((one) => [
      `  ${one.place}  people ${one.people}, judge ${one.judge}`,
      ...line("answer", one.answer),
      ...line("expected", one.expected),
      ...line("people", one.comment),
      ...line("judge", one.feedback),
    ]),
    ...more,
  ];
}

/** J. Landis & G. Koch, Biometrics 33:159–174 (1977). */
const strengths = [
  [0.8, "almost perfect"],
  [0.6, "substantial"],
  [0.4, "moderate"],
  [0.2, "fair"],
  [0, "slight"],
  [-1, "no"],
] as const;

function strengthOf(kappa: number): string {
  return strengths.find(([from]) => kappa > from || from === -1)?.[1] ?? "no";
}

function verdictLines(output: JudgeCheckOutput): readonly string[] {
  const { gate, error, rows } = output;
  const { value, interval } = output.weighted_kappa ?? output.kappa;
  const passed =
    gate === null ? [] : [`kappa is ${gate.passed ? "at least" : "below"} ${gate.fail_under} (--fail-under)`];
  if (rows === 0) return error === null ? ["the judge gave no verdict on any label"] : [];
  if (value === null)
    return [
      "kappa is undefined: judge and people give all answers the same verdict; label answers of both kinds",
      ...passed,
    ];
  const [low, high] = (interval ?? [value, value]).map(strengthOf);
  const range = low === high ? low : `${low} to ${high}`;
  return [`${range} agreement beyond chance, at ${output.confidence * 100} % confidence`, ...passed];
}

export function renderJudgeCheckJunit(output: JudgeCheckOutput): string {
  const { value } = output.weighted_kappa ?? output.kappa;
  const { gate, error } = output;
  const text = `kappa ${value === null ? "undefined" : formatScore(value)} on ${countOf(output.rows, "label")}`;
  return renderJunit("dao-opt judge check", [
    {
      name: `${output.scorer} (${output.model})`,
      className: output.optimization,
      seconds: output.seconds,
      output: text,
      ...(gate?.passed === false ? { failure: `${text}, below ${gate.fail_under}` } : {}),
      ...(error === null ? {} : { error: error.message }),
    },
  ]);
}

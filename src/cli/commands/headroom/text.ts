import { Chalk } from "chalk";
import type { Look } from "../../context.ts";
import { type Figure, figureLines } from "../../terminal/figure-lines.ts";
import { countOf, formatCount, formatGain, formatInterval, formatScore } from "../../terminal/format.ts";
import { offlineNote } from "../../terminal/notices.ts";
import { wrapText } from "../../terminal/wrap.ts";
import type { HeadroomOutput } from "./output.ts";

type Tested = HeadroomOutput["optimizations"][number];

/** Renders `headroom`: a block of lines per optimization, the verdict last. */
export function renderHeadroom(output: HeadroomOutput, look: Look): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const blocks = output.optimizations.map((one) =>
    [
      color.bold(`${one.optimization}: ${one.model}, ${rowsText(one)}`),
      ...figureLines(figuresOf(one), one.usage),
      `${color.cyan("→")} ${one.verdict.message}`,
      ...[...one.advice, ...one.notes].map((line) => `  · ${line}`),
    ]
      .map((line) => wrapText(line, look.columns))
      .join("\n"),
  );
  const offline = output.offline ? [wrapText(offlineNote, look.columns)] : [];
  return `${[...blocks, ...offline].join("\n")}\n`;
}

function rowsText({ dataset }: Tested): string {
  return `${formatCount(dataset.tested)} of ${countOf(dataset.usable, "train and validation row")}`;
}

function figuresOf({ base, noise, format, source, samples }: Tested): readonly Figure[] {
  const lines: Figure[] = [
    [
      "base score",
      base.interval === null
        ? "no scored rows"
        : `${formatScore(base.score)} ${formatInterval(base.interval)} on ${countOf(base.rows, "row")}${base.failed === 0 ? "" : `, ${base.failed} failed`}`,
    ],
  ];
  if (noise !== null)
    lines.push([
      "repeat noise",
      `${noise.changed} of ${countOf(noise.rows, "row")} scored differently when asked again, ${noise.reworded} worded differently`,
    ]);
  if (format.failed_rows > 0)
    lines.push([
      "format",
      `${format.format_rows} of ${countOf(format.failed_rows, "failed row")} right in content${format.format_rows === 0 ? "" : `: ${formatScore(format.score)} if accepted`}`,
    ]);
  if (source !== null)
    lines.push([
      "source model",
      `${formatScore(source.score)} on ${countOf(source.rows, "row")} (${formatGain(source.difference)} against the base on the same rows)`,
    ]);
  if (samples !== null) {
    const temperature = samples.temperature === null ? "" : ` at temperature ${samples.temperature}`;
    lines.push([
      `best of ${samples.each}`,
      `${samples.right} of ${countOf(samples.rows, "wrong row")} right in some sample${temperature}, ${samples.answers_right} of ${countOf(samples.answers, "answer")}`,
    ]);
  }
  return lines;
}

import { Chalk } from "chalk";
import type { Look } from "../../context.ts";
import { countOf, formatInterval, formatScore } from "../../terminal/format.ts";
import { wrapText } from "../../terminal/wrap.ts";
import type { JudgeAlignOutput } from "./align-output.ts";

type Side = NonNullable<JudgeAlignOutput["held_out"]>["base"];

/** Renders the agreement before and after, and the line for the config. */
export function renderJudgeAlign(output: JudgeAlignOutput, look: Look): string {
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  const { held_out: held, use, scorer } = output;
  const figures =
    held === null
      ? []
      : [
          `agreement with people on ${countOf(held.optimized.rows, "held-out label")}:`,
          `  before  ${sideText(held.base)}`,
          `  after   ${sideText(held.optimized)}`,
          ...(held.unreadable === 0
            ? []
            : [`  ${countOf(held.unreadable, "reply", "replies")} after without a readable verdict`]),
        ];
  const next =
    use === null
      ? [`${color.cyan("→")} the rules of ${scorer} stay as they are`]
      : [`${color.cyan("→")} to use the new rules, write into the config: scorers: [${use}]`];
  return `${[...figures, ...next].map((line) => wrapText(line, look.columns)).join("\n")}\n`;
}

function sideText({ agreement, kappa, weighted_kappa: weighted }: Side): string {
  const { value, interval } = weighted ?? kappa;
  const shown = value === null ? "undefined" : value < 0 ? `−${formatScore(-value)}` : formatScore(value);
  const ends = interval === null ? "" : ` ${formatInterval(interval)}`;
  return `${weighted === null ? "kappa" : "weighted kappa"} ${shown}${ends}, agreement ${formatScore(agreement)}`;
}

import type { CheckedFigure, JudgeStanding } from "../../contracts/judge-check.ts";
import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { score, signed } from "../figures.ts";
import { type Html, html } from "../html.ts";

/** What is known of the judges' agreement with people; null without judges. */
export function judgesSection({ judges = [] }: OptimizationRecord): Html | null {
  return judges.length === 0 ? null : html`${judges.map(judgeLine)}`;
}

function judgeLine(standing: JudgeStanding): Html {
  return html`<p class="note${standing.check === null ? " warn" : ""}">${describeJudge(standing)}</p>`;
}

/** One sentence on a judge: how far it agrees with people, or that nobody measured it. */
export function describeJudge({ scorer, model, prompt, check }: JudgeStanding): string {
  const judge = `The judge ${scorer} (${model}${prompt === undefined ? "" : `, rules of ${prompt}`})`;
  if (check === null)
    return `${judge} was never checked against people: dao-opt judge check measures its agreement with labels.`;
  const figure = check.weightedKappa ?? check.kappa;
  const name = check.weightedKappa === null ? "kappa" : "weighted kappa";
  const day = check.at.slice(0, 10);
  const held = check.run === undefined ? "" : "held-out ";
  const offline = check.isOffline ? " (rule-based offline model)" : "";
  return `${judge} was checked against people on ${day}: ${name} ${figureText(figure)} on ${check.rows} ${held}labels${offline}.`;
}

function figureText({ value, interval }: CheckedFigure): string {
  if (value === null) return "undefined";
  const shown = value < 0 ? signed(value) : score(value);
  return interval === null ? shown : `${shown} (95 % interval ${end(interval[0])} to ${end(interval[1])})`;
}

function end(value: number): string {
  return value < 0 ? signed(value) : score(value);
}

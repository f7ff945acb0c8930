import type { RowAnswer } from "../../contracts/row-result.ts";
import { score } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { foldText } from "./clip-text.ts";

/** How the answers of a table are shown. */
export interface AnswerStyle {
  /** Every score is 0 or 1: a mark says as much as the number. */
  readonly isBinary: boolean;
  /** Characters of a text. */
  readonly limit: number;
}

/** One answer with its score, parts and feedback. It sorts by score, then as text. */
export function answerCell(
  answer: RowAnswer,
  { label, expected }: { readonly label: string; readonly expected: string | null },
  { isBinary, limit }: AnswerStyle,
): Html {
  const { score: value, error, parts } = answer;
  const mark = value === null || !isBinary ? "a" : value === 1 ? "a y" : "a n";
  const said = feedbackOf(answer, expected, isBinary);
  return html`<td data-l="${label.toLowerCase()}" data-s="${value ?? -1}"><div class="${mark}">${scoreOf(value, isBinary)}${error === null ? null : html`<span class="st no">Failed</span> ${foldText(error, limit)} `}${textOf(answer, limit)}</div>${partsLine(parts)}${said === null ? null : html`<div class="fb"><span class="vh">feedback: </span>${foldText(said, limit, feedbackHead)}</div>`}</td>`;
}

function scoreOf(value: number | null, isBinary: boolean): Html | null {
  if (value === null) return null;
  return isBinary
    ? html`<span class="vh">${value === 1 ? "right" : "wrong"}: </span>`
    : html`<b class="fig">${score(value)}</b> `;
}

function textOf({ output, error }: RowAnswer, limit: number): Html | null {
  if (output !== null && output.trim() !== "") return foldText(output, limit);
  return error === null ? html`<span class="muted">no text</span>` : null;
}

const feedbackHead = 120;
/** More than this is left of a feedback that says something of its own. */
const shortestNews = 25;

/** Feedback that adds to the row: none that only repeats the answer beside the expected one. */
function feedbackOf(
  { feedback, error, output, score: value, missing }: RowAnswer,
  expected: string | null,
  isBinary: boolean,
): string | null {
  if (feedback === null || error !== null) return null;
  if (isBinary && value === 1 && missing === undefined) return null;
  const own = [expected, output]
    .flatMap((text) =>
      text === null || text.trim() === "" ? [] : [text.trim(), JSON.stringify(text.trim()).slice(1, -1)],
    )
    .sort((one, other) => other.length - one.length)
    .reduce((left, text) => left.replaceAll(text, ""), feedback);
  return own.length <= shortestNews ? null : feedback;
}

function partsLine(parts: RowAnswer["parts"]): Html | null {
  const entries = Object.entries(parts ?? {});
  if (entries.length === 0) return null;
  return html`<div class="fb">${entries.map(([name, value]) => `${name} ${score(value)}`).join(" · ")}</div>`;
}

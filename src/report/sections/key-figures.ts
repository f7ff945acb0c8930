import type { OptimizationRecord } from "../../contracts/run-record.ts";
import { count, percents, price, score, tokenCount } from "../figures.ts";
import { type Html, html } from "../html.ts";
import { countChanges, isBaseBest } from "../rows/row-changes.ts";
import type { SectionContext } from "./section.ts";
import { modelName, scorerNames } from "./settings-section.ts";

interface Figure {
  readonly title: string;
  readonly value: string;
  readonly note: string;
}

/** The four figures of a decision: score, source, rows, price. Missing ones are left out. */
export function keyFigures({ record }: SectionContext): Html | null {
  const figures = [scoreFigure(record), sourceFigure(record), rowsFigure(record), priceFigure(record)].filter(
    (one) => one !== null,
  );
  if (figures.length === 0) return null;
  return html`<dl class="figs n${figures.length}">${figures.map(
    ({ title, value, note }) => html`<div><dt>${title}</dt><dd class="v">${value}</dd><dd>${note}</dd></div>`,
  )}</dl>`;
}

function scoreFigure(record: OptimizationRecord): Figure | null {
  const { test, validation } = record.scores;
  if (test !== undefined) {
    const value = isBaseBest(record) ? score(test.base) : `${score(test.base)} → ${score(test.optimized)}`;
    const failed =
      test.rowsFailed === 0
        ? "same rows for both"
        : `${count(test.rowsFailed)} without a score on one side, which widens the interval`;
    return {
      title: "Held-out score",
      value,
      note: `${scorerNames(record)}, ${count(test.rows)} rows, ${failed}`,
    };
  }
  if (validation === undefined) return null;
  return {
    title: "Validation score",
    value: `${score(validation.base)} → ${score(validation.optimized)}`,
    note: `${scorerNames(record)}, ${count(validation.rows)} rows that the search saw`,
  };
}

function sourceFigure(record: OptimizationRecord): Figure | null {
  const { source } = record.scores;
  if (source === undefined) return null;
  const version = source.promptVersion;
  const prompt =
    version === undefined
      ? ""
      : version === null
        ? " with the config's template"
        : ` with version ${version}`;
  return {
    title: "Against the source model",
    value: `${Math.round(source.parity * 100)} %`,
    note: `${percents(source.interval)}; ${modelName(record, "source")}${prompt} scores ${score(source.score)}`,
  };
}

function rowsFigure(record: OptimizationRecord): Figure | null {
  if (record.rows.length === 0) return null;
  const { better, worse, right, wrong, failed } = countChanges(record.rows);
  if (isBaseBest(record))
    return {
      title: "Rows",
      value: `${count(right)} right`,
      note: `${count(wrong)} wrong, ${count(failed)} failed; the base was measured alone`,
    };
  return {
    title: "Rows",
    value: `${count(better)} better, ${count(worse)} worse`,
    note: `${count(right)} still right, ${count(wrong)} still wrong, ${count(failed)} failed`,
  };
}

/** Dollars if all prices are known, else the length of the prompt. */
function priceFigure({ pareto, scores, candidates }: OptimizationRecord): Figure | null {
  const base = pareto?.entries.find(({ isBase }) => isBase);
  const chosen = pareto?.entries.find(({ isChosen }) => isChosen);
  if (base !== undefined && chosen !== undefined && chosen.usdPerThousandCalls !== null) {
    const source = scores.source?.usd;
    const of = source == null ? "" : `, source model ${price(source * 1000)}`;
    return {
      title: "Price per 1,000 calls",
      value: price(chosen.usdPerThousandCalls),
      note: `base ${price(base.usdPerThousandCalls)}${of}`,
    };
  }
  const before = base?.promptTokens ?? candidates.find(({ status }) => status === "seed")?.promptTokens;
  if (before == null || chosen === undefined) return null;
  return {
    title: "Tokens of the prompt",
    value: `${tokenCount(before)} → ${tokenCount(chosen.promptTokens)}`,
    note: "price unknown: the config names none for the target model",
  };
}

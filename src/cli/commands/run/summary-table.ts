import { Chalk } from "chalk";
import stringWidth from "fast-string-width";
import type { OptimizationRecord, RunRecord } from "../../../contracts/run-record.ts";
import type { Look } from "../../context.ts";
import { withConsoleSigns } from "../../terminal/console-signs.ts";
import type { Column, FittedColumns, Row } from "../../terminal/fit-columns.ts";
import { countOf } from "../../terminal/format.ts";
import { shortenedInMiddle, shortenedPath } from "../../terminal/shorten.ts";
import { drawTable, fitTable, isWideTable, prepared, tableColumns } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { bestOptimizations } from "./best-optimizations.ts";
import { statusColor, statusSign } from "./status-sign.ts";
import {
  bestMark,
  missingFigures,
  type SummaryColumn,
  type SummaryForm,
  summaryCell,
} from "./summary-cell.ts";

interface SummaryTable {
  readonly text: string;
  /** Columns that the table shows. */
  readonly shown: ReadonlySet<SummaryColumn>;
}

type ColumnSpec = Column & { readonly key: SummaryColumn };

/** The columns in order. Those of `-v` leave first, one by one; then Prompt, Version, Calls and, below 60, Cost. */
const specs: readonly ColumnSpec[] = [
  { key: "optimization", title: "Optimization", shortTitle: "Name", weight: 3, shorten: shortenedName },
  { key: "prompt", title: "Prompt", weight: 2, leaves: 10, shorten: shortenedPath },
  { key: "version", title: "Version", leaves: 11 },
  { key: "uri", title: "URI", leaves: 1 },
  { key: "scores", title: "Base → new" },
  { key: "gain", title: "Gain" },
  { key: "parity", title: "Parity", leaves: 3 },
  { key: "calls", title: "Calls", align: "right", leaves: 12 },
  { key: "tokens", title: "Tokens", align: "right", leaves: 5 },
  { key: "cost", title: "Cost", align: "right", leaves: 13 },
  { key: "time", title: "Time", align: "right", leaves: 4 },
  { key: "failed", title: "Failed", align: "right", leaves: 2 },
  { key: "status", title: "Status" },
];
const verboseOnly: ReadonlySet<SummaryColumn> = new Set(["uri", "parity", "tokens", "time", "failed"]);

/** Fewest characters of a name: from 80 columns on all columns stay, below they leave before names get short. */
const leastName = { wide: 8, narrow: 13, narrowest: 6 } as const;
const fullTable = 80;

interface Try {
  readonly columns: readonly ColumnSpec[];
  readonly leastName: number;
  readonly leastPrompt: number;
}

/** The layouts to try. Columns of `-v` are shown only if the usual ones keep readable names. */
function triesOf(columns: number, isVerbose: boolean): readonly Try[] {
  const { wide, narrow, narrowest } = leastName;
  const usual = specs.filter(({ key }) => !verboseOnly.has(key));
  const all = specs.map(({ leaves, ...spec }) => ({
    ...spec,
    ...(verboseOnly.has(spec.key) && leaves !== undefined ? { leaves } : {}),
  }));
  return [
    ...(isVerbose ? [{ columns: all, leastName: narrow, leastPrompt: narrow }] : []),
    { columns: usual, leastName: columns >= fullTable ? wide : narrow, leastPrompt: narrowest },
    { columns: usual, leastName: narrowest, leastPrompt: narrowest },
  ];
}

/** The summary of a run: one row per optimization, or one card on terminals under 50 columns. */
export function renderSummaryTable(record: RunRecord, look: Look, isVerbose: boolean): SummaryTable {
  const best = bestOptimizations(record);
  const isWide = isWideTable(look);
  const color = new Chalk({ level: look.hasColor ? 1 : 0 });
  for (const one of triesOf(tableColumns(look), isVerbose)) {
    for (const hasLongStatus of [true, false]) {
      const form = { isWide, hasLongStatus };
      const given = record.optimizations.map((optimization) => rowOf(optimization, one.columns, best, form));
      const painted = one.columns.map((spec) => ({
        ...spec,
        ...titleOf(spec, record),
        ...paintOf(spec, record, best, color),
        ...leastOf(spec, one),
      }));
      const { columns, rows } = prepared(painted, given, look);
      const fitted = fitTable(columns, rows, look);
      if (fitted === undefined) continue;
      // The long status must not push a column or a name out.
      if (hasLongStatus && isShortened(columns, rows, fitted)) continue;
      const note = best.size > 0 ? "* best gain\n" : "";
      return {
        text: `${drawTable(columns, rows, fitted, look)}${note}`,
        shown: new Set(fitted.shown.map((at) => (one.columns[at] as ColumnSpec).key)),
      };
    }
  }
  const cards = record.optimizations.map((one) => card(one, best, look, color));
  return {
    text: `${cards.join("\n\n")}\n`,
    shown: new Set(["version", "scores", "gain", "calls", "cost", "status"]),
  };
}

function leastOf({ key }: ColumnSpec, { leastName: name, leastPrompt: prompt }: Try): Pick<Column, "least"> {
  if (key === "optimization") return { least: name };
  return key === "prompt" ? { least: prompt } : {};
}

function isShortened(
  columns: readonly Column[],
  rows: readonly Row[],
  { shown, left, widths }: FittedColumns,
) {
  const isCut = (at: number, place: number) =>
    rows.some(({ cells }) => stringWidth(cells[at] ?? "") > (widths[place] ?? 0)) &&
    columns[at]?.least !== undefined;
  return left.length > 0 || shown.some(isCut);
}

function rowOf(
  record: OptimizationRecord,
  kept: readonly ColumnSpec[],
  best: ReadonlySet<string>,
  form: SummaryForm,
): Row {
  const cells = kept.map(({ key }) => summaryCell(key, record, best, form));
  const rest = missingFigures(record);
  if (rest === undefined) return { cells };
  return {
    cells: cells.slice(
      0,
      kept.findIndex(({ key }) => key === "version"),
    ),
    rest,
  };
}

const usualConfidence = 0.95;

/** Undefined if the optimizations differ in it. */
function commonConfidence({ optimizations }: RunRecord): number | undefined {
  const all = new Set(optimizations.map(({ plan }) => plan.gate.confidence));
  return all.size === 1 ? [...all][0] : undefined;
}

function titleOf({ key, title }: ColumnSpec, record: RunRecord): Pick<Column, "title"> {
  const confidence = commonConfidence(record) ?? usualConfidence;
  const percent = `${Number((confidence * 100).toFixed(1))} %`;
  return { title: key === "gain" && confidence !== usualConfidence ? `${title} (${percent})` : title };
}

function shortenedName(name: string, columns: number): string {
  if (!name.endsWith(bestMark)) return shortenedInMiddle(name, columns);
  return `${shortenedInMiddle(name.slice(0, -bestMark.length), columns - bestMark.length)}${bestMark}`;
}

type Color = InstanceType<typeof Chalk>;

function paintOf(
  { key }: ColumnSpec,
  { optimizations }: RunRecord,
  best: ReadonlySet<string>,
  color: Color,
): Pick<Column, "paint"> {
  const recordAt = (row: number) => optimizations[row] as OptimizationRecord;
  if (key === "optimization")
    return { paint: (text, row) => (best.has(recordAt(row).name) ? color.bold(text) : text) };
  if (key === "gain") return { paint: (text, row) => paintedGain(text, recordAt(row), color) };
  if (key === "status") return { paint: (text, row) => statusColor(recordAt(row).status, color)(text) };
  return {};
}

function paintedGain(text: string, { scores: { test } }: OptimizationRecord, color: Color): string {
  if (test === undefined || test.difference === 0) return text;
  const [gain = "", ...rest] = text.split(" ");
  return [(test.difference > 0 ? color.green : color.red)(gain), ...rest].join(" ");
}

function card(record: OptimizationRecord, best: ReadonlySet<string>, look: Look, color: Color): string {
  const columns = tableColumns(look);
  const width = Math.max(1, columns - 1);
  const form = { isWide: true, hasLongStatus: false };
  const { status } = record;
  const word = summaryCell("status", record, best, form);
  const name = `${record.name}${best.has(record.name) ? " (best)" : ""}`;
  const room = columns - 3 - stringWidth(word) - 2 - 1;
  const signed = withConsoleSigns(statusSign(status, color), look);
  const painted = statusColor(status, color)(word);
  const fits = stringWidth(name) <= room;
  const head = fits
    ? [`${signed} ${name}${" ".repeat(room - stringWidth(name) + 1)}${painted}`]
    : [`${signed} ${name}`, `  ${painted}`];
  const rest = missingFigures(record);
  const facts =
    rest !== undefined
      ? [`  ${rest}`]
      : [
          `  ${summaryCell("scores", record, best, form)}`,
          `  gain ${summaryCell("gain", record, best, form)}`,
          `  version ${summaryCell("version", record, best, form)}`,
          `  ${countOf(record.usage.total.calls, "call")}, ${summaryCell("cost", record, best, form)}`,
        ];
  return [...head, ...facts].map((line) => wrapText(withConsoleSigns(line, look), width)).join("\n");
}

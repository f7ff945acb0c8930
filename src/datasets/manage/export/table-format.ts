import { stringify } from "csv-stringify/sync";
import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import { withoutFormula } from "../../../core/data/formula-cell.ts";
import { StoreError } from "../../../core/errors.ts";
import type { ExportFormat } from "./export-format.ts";
import { memberColumns, textCell } from "./member-columns.ts";
import { fits } from "./survey-columns.ts";

/** CSV or TSV: variables as columns where that loses nothing, else one column `inputs` with JSON text. */
export function tableFormat(summary: string, ending: string, delimiter: string): ExportFormat {
  const lineOf = (cells: readonly string[]): string =>
    stringify([[...cells]], { delimiter, quoted_match: /[\r\n]/ });
  return {
    summary,
    endings: [ending],
    needsSurvey: true,
    leavesOut: ({ other = {} }) => Object.keys(other),
    hasCells: true,
    open({ survey, isSafe }) {
      const line = (cells: readonly string[]) => lineOf(isSafe === true ? cells.map(withoutFormula) : cells);
      const columns = survey?.members ?? memberColumns;
      const variables = survey?.variables;
      return {
        head: line([...(variables ?? ["inputs"]), ...columns.map(({ name }) => name)]),
        row: (record) => line([...inputCells(record, variables), ...columns.map(({ cell }) => cell(record))]),
        tail: "",
      };
    },
  };
}

function inputCells({ inputs }: DatasetRecord, variables: readonly string[] | undefined): string[] {
  if (variables === undefined) return [JSON.stringify(inputs)];
  if (!fits({ inputs }, variables))
    throw new StoreError("the dataset changed while it was exported", { hint: "try again" });
  return variables.map((name) => textCell(inputs[name]));
}

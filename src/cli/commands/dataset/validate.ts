import type { RowProblem } from "../../../core/errors.ts";
import { type RowCensus, validateRows } from "../../../datasets/manage/validate-rows.ts";
import type { CliContext } from "../../context.ts";
import { exitDone, exitUsage } from "../../exit-codes.ts";
import { countOf } from "../../terminal/format.ts";
import { locateDataset } from "./locate.ts";
import { openDatasetCommand } from "./open.ts";
import { validateSummary } from "./output.ts";

/** `dataset validate`: prints bad rows while reading, so memory does not grow with their number. */
export async function datasetValidateCommand(
  [word = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const command = await openDatasetCommand(options, context);
  const { name, file, openRows } = await locateDataset(word, command);
  const { stdout } = context;
  let printed = 0;
  const printProblem = ({ file: named, line, message }: RowProblem): void => {
    const place = line === undefined ? named : `${named}:${line}`;
    if (!command.isJson) stdout.write(`${place}  ${message}\n`);
    else
      stdout.write(
        `${printed++ === 0 ? "" : ","}\n    ${JSON.stringify({ file: named, line: line ?? null, message })}`,
      );
  };
  if (command.isJson) stdout.write('{\n  "problems": [');
  const census = await validateRows(file, printProblem, openRows);
  if (command.isJson) {
    const rest = JSON.stringify(validateSummary(name, file.path, census), null, 2);
    stdout.write(`${printed === 0 ? "" : "\n  "}],${rest.slice(1)}\n`);
  } else stdout.write(summaryLine(name, census));
  return census.bad === 0 ? exitDone : exitUsage;
}

function summaryLine(name: string, { rows, bad, repeated }: RowCensus): string {
  const again = repeated === 0 ? "" : `; ${countOf(repeated, "row")} with repeated inputs`;
  if (bad === 0) return `${name}: ${countOf(rows, "row")}, all usable${again}\n`;
  return `${name}: ${countOf(bad, "row")} of ${rows} unusable${again}\n`;
}

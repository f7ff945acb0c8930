import { stringify } from "yaml";
import { NotFoundError } from "../../../core/errors.ts";
import { idOfKey } from "../../../datasets/store/key-table.ts";
import { readRecordRows } from "../../../datasets/store/read-records.ts";
import { recordJson } from "../../../datasets/store/record-json.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { locateDataset } from "./locate.ts";
import { openDatasetCommand } from "./open.ts";
import { type DatasetShowOutput, showRow } from "./output.ts";
import { numberFlag, wordsFlag } from "./own-flags.ts";

const usualLimit = 10;

/** `dataset show` */
export async function datasetShowCommand(
  [word = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const command = await openDatasetCommand(options, context);
  const limit = numberFlag(options, "limit", { least: 1, most: Number.MAX_SAFE_INTEGER, isWhole: true });
  const ids = wordsFlag(options, "id");
  const { name, file } = await locateDataset(word, command);
  const rows: DatasetShowOutput["rows"] = [];
  const texts: string[] = [];
  for await (const { record, key, line } of readRecordRows(file)) {
    const id = idOfKey(key);
    if (ids.length > 0 && !ids.some((wanted) => id.startsWith(wanted.toLowerCase()))) continue;
    if (command.isJson) rows.push(showRow(record, id, line));
    else
      texts.push(
        `${id}  ${file.name}${line === undefined ? "" : `:${line}`}\n${indented(stringify(recordJson(record)))}`,
      );
    if (
      Math.max(rows.length, texts.length) >=
      (limit ?? (ids.length > 0 ? Number.POSITIVE_INFINITY : usualLimit))
    )
      break;
  }
  if (ids.length > 0 && rows.length + texts.length === 0) {
    throw new NotFoundError("row", ids.join(" "), [], {
      hint: `\`dataset show ${word}\` lists rows with their ids`,
    });
  }
  const output: DatasetShowOutput = { name, path: file.path, rows };
  command.print(output, () => texts.join("\n"));
  return exitDone;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

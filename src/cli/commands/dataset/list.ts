import { stat } from "node:fs/promises";
import { stringify } from "yaml";
import { NotFoundError } from "../../../core/errors.ts";
import { countRows } from "../../../datasets/manage/validate-rows.ts";
import { idOfKey } from "../../../datasets/store/key-table.ts";
import { readRecordRows } from "../../../datasets/store/read-records.ts";
import { recordJson } from "../../../datasets/store/record-json.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { formatBytes, formatCount } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { locateDataset } from "./locate.ts";
import { numberFlag, openDatasetCommand, wordsFlag } from "./open.ts";
import { type DatasetListOutput, type DatasetShowOutput, showRow } from "./output.ts";

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
  const { name, file, openRows } = await locateDataset(word, command);
  const rows: DatasetShowOutput["rows"] = [];
  const texts: string[] = [];
  for await (const { record, key, line } of readRecordRows(file, { openRows })) {
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

/** `dataset list` */
export async function datasetListCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { store, folder, look, print } = await openDatasetCommand(options, context);
  const output: DatasetListOutput = [];
  for (const name of await store.list()) {
    const path = store.fileOf(name);
    const found = await stat(path);
    output.push({
      name,
      rows: await countRows(path),
      bytes: found.size,
      updated_at: found.mtime.toISOString(),
      path,
    });
  }
  print(output, () => {
    if (output.length === 0) return `no datasets in ${folder}\n`;
    const columns = [
      { title: "Dataset", least: 12, isKey: true },
      { title: "Rows", align: "right" },
      { title: "Size", align: "right" },
      { title: "Updated (UTC)", leaves: 1 },
    ] as const;
    const rows = output.map((one) => [
      one.name,
      formatCount(one.rows),
      formatBytes(one.bytes),
      one.updated_at.replace("T", " ").slice(0, 16),
    ]);
    return renderTable(columns, rows, look);
  });
  return exitDone;
}

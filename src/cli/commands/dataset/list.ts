import { stat } from "node:fs/promises";
import { countRows } from "../../../datasets/manage/validate-rows.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { formatBytes, formatCount } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { openDatasetCommand } from "./open.ts";
import type { DatasetListOutput } from "./output.ts";

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
      { title: "Dataset" },
      { title: "Rows", align: "right" },
      { title: "Size", align: "right" },
      { title: "Updated (UTC)" },
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

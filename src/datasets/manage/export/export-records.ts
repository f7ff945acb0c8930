import type { DatasetRecord } from "../../../contracts/dataset-store.ts";
import type { ExportFormat } from "./export-format.ts";
import { surveyColumns } from "./survey-columns.ts";

export interface ExportRequest {
  readonly format: ExportFormat;
  /** Of the file, with its dot: some formats differ by it. */
  readonly ending: string;
  /** The records from their beginning; asked for twice by formats that need a survey. */
  readonly records: () => AsyncIterable<DatasetRecord>;
  readonly write: (text: string) => void;
}

/** Writes records one after the other; resolves to how many. */
export async function exportRecords({ format, ending, records, write }: ExportRequest): Promise<number> {
  const survey = format.needsSurvey === true ? await surveyColumns(records()) : undefined;
  const writer = format.open({ ending, survey });
  let rows = 0;
  write(writer.head);
  for await (const record of records()) write(writer.row(record, rows++ === 0));
  write(writer.tail);
  return rows;
}

import type { DatasetSpec } from "../../contracts/dataset-store.ts";
import type { DatasetPart, Example } from "../../core/data/example.ts";
import { isJsonObject } from "../../core/data/json.ts";
import type { ExampleTable } from "../examples/example-table.ts";
import { parseSource } from "../store/record-json.ts";
import type { ColumnCensus } from "./columns.ts";
import { rowContent } from "./row-content.ts";
import { notAnObject, type ProblemList, type RowFault, unwritableFault } from "./row-fault.ts";

/** Receives rows as they are read. Lines count from 1. */
interface RowSink {
  row(value: unknown, line: number | undefined): void;
  /** A row that cannot be parsed, although later rows can. */
  badRow(message: string, line: number | undefined): void;
}

/** Where rows go while they are read. */
export interface RowSorting {
  readonly spec: DatasetSpec;
  readonly census: ColumnCensus;
  readonly problems: ProblemList;
  readonly table: ExampleTable;
  /** Ids of the traces that rows refer to, at most 5,000. */
  readonly traces: Set<string>;
}

const mostTraces = 5000;

/** Receives the rows of one file. Usable rows go to the table, others to the problems. */
export function createRowSink(
  { spec, census, problems, table, traces }: RowSorting,
  file: { readonly name: string; readonly part: DatasetPart | undefined },
): RowSink & { readonly rowsRead: number } {
  let rowsRead = 0;
  const reject = (faults: readonly RowFault[], line: number | undefined): void => {
    // Inline rows have no line, so messages contain their number.
    const named =
      line === undefined
        ? faults.map((fault) => ({ ...fault, message: `row ${rowsRead}: ${fault.message}` }))
        : faults;
    problems.add(file.name, line, named);
  };
  return {
    badRow(message, line) {
      rowsRead++;
      reject([{ message }], line);
    },
    row(value, line) {
      rowsRead++;
      if (!isJsonObject(value)) return reject([notAnObject(value)], line);
      census.add(value);
      try {
        const faults: RowFault[] = [];
        const content = rowContent(value, spec, faults);
        if (faults.length > 0) return reject(faults, line);
        const origin = { file: file.name, ...(line === undefined ? {} : { line }) };
        const holder = table.add(content, { part: file.part, origin });
        if (holder !== undefined) reject([leakFault(holder)], line);
        if (value.source !== undefined && traces.size < mostTraces) {
          const trace = parseSource(value.source)?.traceId;
          if (trace !== undefined) traces.add(trace);
        }
      } catch (error) {
        const fault = unwritableFault(error);
        if (fault === undefined) throw error;
        reject([fault], line);
      }
    },
    get rowsRead() {
      return rowsRead;
    },
  };
}

function leakFault({ origin, part }: Example): RowFault {
  const place = origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
  return { message: `same inputs as ${place} (${part}): one row in two parts of the split` };
}

import type { Trace } from "../../../core/trace.ts";
import type { ServerServices } from "../../server-services.ts";
import type { ShownJob } from "./answer-parts.ts";
import type { PlaygroundRow } from "./dataset-rows.ts";
import { startOfJob } from "./playground-jobs.ts";
import type { PlaygroundSetup } from "./playground-setup.ts";
import { mostCalls, mostColumns, mostRows } from "./playground-setup.ts";
import { type Cell, columnField, emptyCell, jobField, rowField } from "./run-cell.ts";
import { scoreStored } from "./score-answer.ts";

/** No job takes longer. */
const longestMs = 3_600_000;

/** A job that the server has forgotten, from its traces; undefined if there are none. */
export async function storedJob(
  id: string,
  setup: PlaygroundSetup,
  services: Pick<ServerServices, "traces" | "scorers">,
): Promise<ShownJob | undefined> {
  const startMs = startOfJob(id);
  if (startMs === undefined) return undefined;
  const since = new Date(startMs - 60_000).toISOString();
  const until = new Date(startMs + longestMs).toISOString();
  const found: Trace[] = [];
  for await (const trace of services.traces.list({ since, until, where: { [jobField]: id } }))
    if (found.push(trace) >= mostCalls) break;
  const placed = found.flatMap((trace) => {
    const at = trace.metadata?.[rowField];
    const place = trace.metadata?.[columnField];
    return isPlace(at, mostRows) && isPlace(place, mostColumns) ? [{ trace, at, place }] : [];
  });
  if (placed.length === 0) return undefined;
  const height = Math.max(...placed.map(({ at }) => at)) + 1;
  const width = Math.max(...placed.map(({ place }) => place)) + 1;
  const columns = setup.columns.slice(0, width);
  const rows: PlaygroundRow[] = [];
  const cells: Cell[][] = [];
  for (let at = 0; at < height; at++) {
    const own = placed.filter((one) => one.at === at);
    const known = setup.rows?.rows[at];
    const inputs = own[0]?.trace.inputs ?? known?.inputs ?? {};
    const expected = height === 1 ? setup.expected : known?.expected;
    const isRecorded = height === 1 ? setup.isRecorded : known?.isRecorded === true;
    const row = {
      number: known?.number ?? 0,
      ...{ inputs, isRecorded },
      ...(expected === undefined ? {} : { expected }),
    };
    rows.push(row);
    cells.push(
      await Promise.all(
        columns.map((_column, place) =>
          cellOfTrace(own.find((one) => one.place === place)?.trace, row, setup.scorer, services),
        ),
      ),
    );
  }
  return { id, columns, rows, cells, isEnded: true };
}

function isPlace(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value < most;
}

async function cellOfTrace(
  trace: Trace | undefined,
  row: PlaygroundRow,
  scorer: string,
  services: Pick<ServerServices, "scorers">,
): Promise<Cell> {
  const cell = emptyCell();
  if (trace === undefined) return { ...cell, state: "stopped" };
  const { output, toolCalls, latencyMs, usage, costUsd, error, traceId } = trace;
  Object.assign(cell, {
    ...{ output: output ?? "", toolCalls: toolCalls ?? [], latencyMs, traceId, usd: costUsd ?? null },
    ...{ inputTokens: usage?.inputTokens ?? null, outputTokens: usage?.outputTokens ?? null },
    state: error === undefined ? "done" : "failed",
    error: error === undefined ? undefined : { message: error },
  });
  if (error === undefined && scorer !== "")
    Object.assign(cell, await scoreStored(scorer, row, cell, services));
  return cell;
}

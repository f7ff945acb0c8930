import type { PromptCallServices } from "../../../calls/prompt/call-services.ts";
import type { PromptCallLog } from "../../../calls/prompt/prompt-call.ts";
import { streamPrompt } from "../../../calls/prompt/sample/stream-prompt.ts";
import { isDaoOptError } from "../../../core/errors.ts";
import { ModelError } from "../../../core/model-error.ts";
import type { ToolCall } from "../../../core/prompt/message.ts";
import type { ServerServices } from "../../server-services.ts";
import { columnVersion } from "./column-model.ts";
import type { PlaygroundRow } from "./dataset-rows.ts";
import type { PlaygroundColumn } from "./playground-setup.ts";
import { scoreAnswer } from "./score-answer.ts";

/** One answer: of one column to one row. */
export interface Cell {
  state: "waiting" | "answering" | "done" | "failed" | "stopped";
  output: string;
  toolCalls: readonly ToolCall[];
  startedMs: number | undefined;
  firstMs: number | undefined;
  latencyMs: number | undefined;
  inputTokens: number | null;
  outputTokens: number | null;
  usd: number | null;
  /** What a judge of the answer cost, beside it. */
  judgeUsd: number | null;
  traceId: string | undefined;
  score: number | undefined;
  feedback: string | undefined;
  error: { readonly message: string; readonly hint?: string | undefined } | undefined;
  notes: readonly string[];
}

export function emptyCell(): Cell {
  return {
    ...{ state: "waiting", output: "", toolCalls: [], startedMs: undefined, firstMs: undefined },
    ...{ latencyMs: undefined, inputTokens: null, outputTokens: null, usd: null, judgeUsd: 0 },
    ...{ traceId: undefined, score: undefined, feedback: undefined, error: undefined, notes: [] },
  };
}

interface CellRequest {
  readonly row: PlaygroundRow;
  readonly column: PlaygroundColumn;
  /** Places, from 0. */
  readonly at: number;
  readonly place: number;
  readonly job: string;
  readonly scorer: string;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

/** Fills a cell. Never rejects: an error stays in its cell. */
export type CellRunner = (cell: Cell, request: CellRequest) => Promise<void>;

/** Names in the metadata of the traces, so that an address finds them again. */
export const jobField = "playground_run";
export const rowField = "playground_row";
export const columnField = "playground_column";

/** Calls as the API does: same models, same keys, and a trace of each call. */
export function createCellRunner(
  calls: PromptCallServices,
  services: Pick<ServerServices, "models" | "env" | "log" | "scorers">,
): CellRunner {
  return async (cell, { row, column, at, place, job, scorer, signal, onChange }) => {
    const version = columnVersion(column, services);
    // The version may have another model here than in the registry, where nothing is written.
    const registry = { ...calls.registry, get: async () => version };
    Object.assign(cell, { state: "answering", startedMs: performance.now() });
    onChange();
    try {
      const stream = await streamPrompt(
        { ...calls, registry },
        {
          path: version.path,
          versionId: String(version.version),
          inputs: row.inputs,
          source: "playground",
          metadata: { [jobField]: job, [rowField]: at, [columnField]: place },
          signal,
        },
      );
      Object.assign(cell, { notes: stream.notes, startedMs: performance.now() });
      for await (const { output, log, error } of stream) {
        if (output !== "" && cell.firstMs === undefined) cell.firstMs = sinceStart(cell);
        cell.output += output;
        if (log !== undefined) takeLog(cell, log);
        if (error !== undefined) fail(cell, error, signal);
        onChange();
      }
      if (cell.state === "answering") {
        const { output, toolCalls } = cell;
        const scored =
          scorer === "" ? undefined : await scoreAnswer(scorer, row, { output, toolCalls, signal }, services);
        Object.assign(cell, { state: "done", ...scored });
      }
    } catch (error) {
      if (!isDaoOptError(error)) services.log(`bug in the playground: ${String(error)}`, "error");
      fail(cell, error, signal);
    }
    cell.latencyMs ??= sinceStart(cell);
  };
}

function sinceStart({ startedMs }: Cell): number | undefined {
  return startedMs === undefined ? undefined : performance.now() - startedMs;
}

function takeLog(cell: Cell, log: PromptCallLog): void {
  const { output, outputMessage, promptTokens, outputTokens, promptCostUsd, outputCostUsd } = log;
  Object.assign(cell, {
    output: output ?? cell.output,
    toolCalls: outputMessage?.toolCalls ?? [],
    inputTokens: promptTokens,
    outputTokens,
    usd: promptCostUsd === null || outputCostUsd === null ? null : promptCostUsd + outputCostUsd,
    latencyMs: sinceStart(cell),
    traceId: log.id,
  });
}

function fail(cell: Cell, error: unknown, signal: AbortSignal): void {
  if (signal.aborted) {
    cell.state = "stopped";
    return;
  }
  cell.state = "failed";
  if (!isDaoOptError(error)) {
    cell.error = { message: "the server failed on this call", hint: "its log has the reason" };
    return;
  }
  // The page takes no keys.
  const isKey = error instanceof ModelError && error.kind === "auth";
  // A page takes no commands.
  const hint = error.hint
    ?.replace(", or pass a key with the call", "")
    .replace(", or call without --config", " and start the server again, or choose another model");
  cell.error = {
    message: error.message,
    hint: isKey ? `${hint ?? ""}, in the environment of dao-opt serve, and start it again` : hint,
  };
}

import { stringify } from "csv-stringify/sync";
import { withoutFormula } from "../../core/data/formula-cell.ts";
import type { Trace } from "../../core/trace.ts";
import { lastOf } from "../dataset-record.ts";
import { messageRecord } from "../message-record.ts";

type Cell = string | number | null | undefined;

/** Structured values are JSON text in their cell. */
const columns: Readonly<Record<string, (trace: Trace) => Cell>> = {
  trace_id: ({ traceId }) => traceId,
  started_at: ({ startedAt }) => startedAt,
  name: ({ name }) => name,
  prompt: ({ prompt }) => prompt?.path,
  prompt_version: ({ prompt }) => prompt?.version,
  model: ({ model }) => model,
  provider: ({ provider }) => provider,
  inputs: ({ inputs }) => json(inputs),
  messages: ({ messages }) => json(messages?.map(messageRecord)),
  output: ({ output }) => output,
  reasoning: ({ reasoning }) => reasoning,
  error: ({ error }) => error,
  error_code: ({ errorCode }) => errorCode,
  error_status: ({ errorStatus }) => errorStatus,
  finish_reason: ({ finishReason }) => finishReason,
  input_tokens: ({ usage }) => usage?.inputTokens,
  output_tokens: ({ usage }) => usage?.outputTokens,
  cost_usd: ({ costUsd }) => costUsd,
  latency_ms: ({ latencyMs }) => latencyMs,
  chat_id: ({ chatId }) => chatId,
  chain_id: ({ chainId }) => chainId,
  parent_id: ({ parentId }) => parentId,
  user: ({ user }) => user,
  environment: ({ environment }) => environment,
  source: ({ source }) => source,
  metadata: ({ metadata }) => json(metadata),
  rating: ({ feedback = [] }) => lastOf(feedback, "rating"),
  better_response: ({ feedback = [] }) => lastOf(feedback, "betterResponse"),
  comment: ({ feedback = [] }) => lastOf(feedback, "comment"),
};

export const csvHead = line(Object.keys(columns));

/** A trace as a line of CSV; what is unknown is an empty cell. */
export function csvLineOf(trace: Trace): string {
  return line(cellsOf(trace));
}

/** As `csvLineOf`, with an apostrophe before each text that a spreadsheet would take for a formula. */
export function safeCsvLineOf(trace: Trace): string {
  return line(cellsOf(trace).map((cell) => (typeof cell === "string" ? withoutFormula(cell) : cell)));
}

function cellsOf(trace: Trace): readonly Cell[] {
  return Object.values(columns).map((cell) => cell(trace));
}

function line(cells: readonly Cell[]): string {
  return stringify([[...cells]], { quoted_match: /[\r\n]/ });
}

function json(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

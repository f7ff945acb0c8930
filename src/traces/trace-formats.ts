import { stringify } from "csv-stringify/sync";
import { withoutFormula } from "../core/data/formula-cell.ts";
import type { JsonObject } from "../core/data/json.ts";
import type { Trace } from "../core/trace.ts";
import { renderJsonLine } from "../formats/json-lines.ts";
import { answerOfTrace, unusableReason, withoutThinking } from "./answer-of-trace.ts";
import { lastOf } from "./dataset-record.ts";
import { messageRecord, toolCallRecord } from "./message-record.ts";
import { recordOfTrace } from "./trace-record.ts";

type Cell = string | number | null | undefined;

/** Structured values are JSON text. */
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

const csvHead = line(Object.keys(columns));

/** A trace as a line of CSV. Unknown values are empty cells. */
function csvLineOf(trace: Trace): string {
  return line(cellsOf(trace));
}

/** Like `csvLineOf`, with an apostrophe before text that a spreadsheet would evaluate as a formula. */
function safeCsvLineOf(trace: Trace): string {
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

/** An export format for traces. */
export interface TraceFormat {
  /** Text before the first trace. */
  readonly head: string;
  /** Undefined for a trace that the format cannot represent. */
  readonly render: (trace: Trace) => string | undefined;
  /** Traces become dataset rows, where equal inputs are merged, so none is rendered alone. */
  readonly mergesRows?: boolean;
  /** Like `render`, for programs that evaluate some text as formulas. */
  readonly renderSafe?: (trace: Trace) => string;
  /** Describes the omitted traces for messages. */
  readonly leavesOut?: string;
}

/** Formats by the names of `--format`. */
export const traceFormats: Readonly<Record<string, TraceFormat>> = {
  jsonl: { head: "", render: (trace) => renderJsonLine(recordOfTrace(trace)) },
  csv: { head: csvHead, render: csvLineOf, renderSafe: safeCsvLineOf },
  openai: { head: "", render: openaiLine, leavesOut: "without messages or a usable answer" },
  dataset: {
    head: "",
    render: () => undefined,
    mergesRows: true,
    leavesOut: "with unknown variables or without a usable answer",
  },
};

/** OpenAI's chat format for fine-tuning. A corrected answer replaces the recorded one. */
function openaiLine(trace: Trace): string | undefined {
  const { messages = [], feedback = [] } = trace;
  const better = lastOf(feedback, "betterResponse");
  const answer = better === undefined ? answerOf(trace) : { role: "assistant", content: better };
  if (messages.length === 0 || answer === undefined) return undefined;
  const tools = trace.parameters?.["tools"];
  return renderJsonLine({
    messages: [...messages.map(messageRecord), answer],
    ...(tools === undefined ? {} : { tools }),
  });
}

function answerOf(trace: Trace): JsonObject | undefined {
  if (unusableReason(trace) !== undefined) return undefined;
  const { output, outputMessage, toolCalls = [] } = trace;
  if (outputMessage !== undefined) return messageRecord(withoutThinking(outputMessage));
  if (typeof output === "string") return { role: "assistant", content: answerOfTrace(trace).text };
  if (toolCalls.length === 0) return undefined;
  return { role: "assistant", content: null, tool_calls: toolCalls.map(toolCallRecord) };
}

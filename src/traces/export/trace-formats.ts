import type { JsonObject } from "../../core/data/json.ts";
import type { Trace } from "../../core/trace.ts";
import { renderJsonLine } from "../../formats/json-lines.ts";
import { answerOfTrace, unusableReason, withoutThinking } from "../answer-of-trace.ts";
import { lastOf } from "../dataset-record.ts";
import { messageRecord, toolCallRecord } from "../message-record.ts";
import { recordOfTrace } from "../trace-record.ts";
import { csvHead, csvLineOf, safeCsvLineOf } from "./trace-csv.ts";

/** A form that traces can be written in, a piece of text each. */
export interface TraceFormat {
  /** Before the first trace. */
  readonly head: string;
  /** Undefined for a trace that cannot be said in this form. */
  readonly render: (trace: Trace) => string | undefined;
  /** Traces become rows of a dataset, where equal inputs are one: none is rendered alone. */
  readonly mergesRows?: boolean;
  /** As `render`, for programs that take some texts for formulas. */
  readonly renderSafe?: (trace: Trace) => string;
  /** Why some are left out, for a person. */
  readonly leavesOut?: string;
}

/** The forms by the names `--format` takes. */
export const traceFormats: Readonly<Record<string, TraceFormat>> = {
  jsonl: { head: "", render: (trace) => renderJsonLine(recordOfTrace(trace)) },
  csv: { head: csvHead, render: csvLineOf, renderSafe: safeCsvLineOf },
  openai: { head: "", render: openaiLine, leavesOut: "without messages or a usable answer" },
  dataset: {
    head: "",
    render: () => undefined,
    mergesRows: true,
    leavesOut: "whose variables are not known or that hold no usable answer",
  },
};

/** OpenAI's chat format for fine-tuning; a corrected answer stands in place of the one that was given. */
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

import type { JsonValue } from "../../../core/data/json.ts";
import { type ChatMessage, messageText } from "../../../core/prompt/message.ts";
import type { Trace, TraceFeedback } from "../../../core/trace.ts";
import type { Look } from "../../context.ts";
import type { Column } from "../../terminal/fit-columns.ts";
import { formatCount, formatSeconds, formatUsd, unknown } from "../../terminal/format.ts";
import { shortened, shortenedPath } from "../../terminal/shorten.ts";
import { renderTable } from "../../terminal/table.ts";
import { printable, wrapText } from "../../terminal/wrap.ts";

const widestAnswer = 80;

const columns: readonly Column[] = [
  { title: "Trace", isKey: true, least: 16 },
  { title: "Started (UTC)", leaves: 4 },
  { title: "Prompt", least: 8, shorten: shortenedPath },
  { title: "Model", least: 8, leaves: 3 },
  { title: "Answer", least: 16, weight: 2, shorten: shortened },
  { title: "Time", align: "right", leaves: 1 },
  { title: "Rating", align: "right", leaves: 2 },
];

/** Renders one row per trace; long answers are cut. */
export function renderTraceTable(traces: readonly Trace[], look: Look): string {
  const rows = traces.map((trace) => [
    trace.traceId,
    whenOf(trace),
    promptOf(trace),
    trace.model ?? unknown,
    shortened(answerOf(trace), widestAnswer),
    latencyOf(trace),
    ratingOf(trace),
  ]);
  return renderTable(columns, rows, look);
}

/** Renders one trace: call details, then the full texts. */
export function renderTrace(trace: Trace, look: Look): string {
  const facts = factsOf(trace).filter(([, value]) => value !== undefined);
  const width = Math.max(...facts.map(([title]) => title.length));
  const head = facts.map(([title, value]) => `${title.padEnd(width)}  ${value}`);
  const parts = [
    head.join("\n"),
    ...section(
      "Inputs",
      Object.entries(trace.inputs ?? {}).map(([name, value]) => named(name, shown(value))),
    ),
    ...section("Messages", (trace.messages ?? []).map(messageLines)),
    ...section("Answer", answerLines(trace)),
    ...section("Feedback", (trace.feedback ?? []).map(feedbackLine)),
    ...section(
      "Metadata",
      Object.entries(trace.metadata ?? {}).map(([name, value]) => named(name, shown(value))),
    ),
    ...section(
      "Output of the application",
      trace.stdout === undefined || trace.stdout === "" ? [] : [trace.stdout],
    ),
  ];
  return `${wrapText(printable(parts.join("\n\n")), look.columns)}\n`;
}

function factsOf(trace: Trace): readonly (readonly [title: string, value: string | undefined])[] {
  const { provider, model, prompt, usage, costUsd } = trace;
  const tokens = [
    [usage?.inputTokens, "in"],
    [usage?.outputTokens, "out"],
    [usage?.reasoningTokens, "of them reasoning"],
  ].flatMap(([count, what]) => (typeof count === "number" ? [`${formatCount(count)} ${what}`] : []));
  return [
    ["Trace", trace.traceId],
    ["Name", trace.name],
    ["Prompt", prompt === undefined ? undefined : promptOf(trace)],
    ["Model", model === undefined ? undefined : modelName(provider, model)],
    ["Started", trace.startedAt],
    ["Took", latencyOf(trace)],
    ["Tokens", tokens.length === 0 ? undefined : tokens.join(", ")],
    ["Cost", typeof costUsd === "number" ? formatUsd(costUsd) : undefined],
    ["Finished", trace.finishReason],
    ["Error", trace.error],
    ["Chat", trace.chatId],
    ["Chain", trace.chainId],
    ["Parent", trace.parentId],
    ["Event", trace.eventId],
    ["User", trace.user],
    ["Environment", trace.environment],
    ["Source", trace.source],
  ];
}

function answerLines({ output, outputMessage, toolCalls, saved }: Trace): readonly string[] {
  if (saved === false) return ["(not saved)"];
  const calls = toolCalls ?? outputMessage?.toolCalls ?? [];
  const text = output ?? (outputMessage === undefined ? undefined : messageText(outputMessage));
  return [
    ...(text === undefined || text === null || text === "" ? [] : [text]),
    ...calls.map(({ name, arguments: given }) => `${name}(${given})`),
  ];
}

function messageLines(message: ChatMessage): string {
  const calls = (message.toolCalls ?? []).map(({ name, arguments: given }) => `${name}(${given})`);
  const others = Array.isArray(message.content)
    ? message.content
        .filter((part) => typeof part["text"] !== "string")
        .map(({ type }) => `[${String(type)}]`)
    : [];
  const text = messageText(message);
  return named(message.role, [...(text === "" ? [] : [text]), ...others, ...calls].join("\n"));
}

function feedbackLine({ rating, betterResponse, comment, at, by, evaluator }: TraceFeedback): string {
  const details = [
    rating === undefined ? undefined : `rating ${rating}`,
    betterResponse === undefined ? undefined : `better: ${betterResponse}`,
    comment,
  ].filter((part) => part !== undefined);
  const who = [by === undefined ? "" : ` by ${by}`, evaluator === undefined ? "" : ` (${evaluator})`];
  return named(`${at}${who.join("")}`, details.join("\n"));
}

function section(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [[title, ...items.map(indented)].join("\n")];
}

/** Puts multi-line text below its label. */
function named(name: string, text: string): string {
  return text.includes("\n") ? `${name}:\n${indented(text)}` : `${name}: ${text}`;
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function shown(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The model name may already start with the provider's. */
function modelName(provider: string | undefined, model: string): string {
  return provider === undefined || model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
}

/** Renders a trace in one line, cut to the terminal width. */
export function renderTraceLine(trace: Trace, look: Look): string {
  const parts = [
    whenOf(trace),
    trace.traceId,
    promptOf(trace),
    trace.model ?? unknown,
    latencyOf(trace),
    answerOf(trace),
  ];
  return shortened(printable(parts.join("  ")), look.columns);
}

/** Short fields of a trace for lists. */
function whenOf({ startedAt }: Trace): string {
  return startedAt.replace("T", " ").slice(0, 19);
}

function promptOf({ prompt, name }: Trace): string {
  const { path, version, versionId } = prompt ?? {};
  if (path !== undefined) return version === undefined ? path : `${path}@${version}`;
  return versionId ?? name ?? unknown;
}

function latencyOf({ latencyMs, startedAt, endedAt }: Trace): string {
  const measured =
    latencyMs ?? (endedAt === undefined ? Number.NaN : Date.parse(endedAt) - Date.parse(startedAt));
  return Number.isNaN(measured) ? unknown : formatSeconds(measured / 1000);
}

/** The answer or the error in one line. */
function answerOf({ output, outputMessage, toolCalls, error, saved }: Trace): string {
  if (error !== undefined && error !== "") return `error: ${oneLine(error)}`;
  if (saved === false) return "(not saved)";
  if (typeof output === "string") return oneLine(output);
  const calls = toolCalls ?? outputMessage?.toolCalls ?? [];
  if (calls.length > 0)
    return calls.map(({ name, arguments: text }) => `${name}(${oneLine(text)})`).join(", ");
  return unknown;
}

function ratingOf({ feedback = [] }: Trace): string {
  const rating = feedback.findLast((one) => one.rating !== undefined)?.rating;
  return rating === undefined ? unknown : String(rating);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

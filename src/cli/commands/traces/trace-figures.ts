import type { Trace } from "../../../core/trace.ts";
import { formatSeconds, unknown } from "../../terminal/format.ts";

/** What lists and pages say of a trace, each in few words. */
export function whenOf({ startedAt }: Trace): string {
  return startedAt.replace("T", " ").slice(0, 19);
}

export function promptOf({ prompt, name }: Trace): string {
  const { path, version, versionId } = prompt ?? {};
  if (path !== undefined) return version === undefined ? path : `${path}@${version}`;
  return versionId ?? name ?? unknown;
}

export function latencyOf({ latencyMs, startedAt, endedAt }: Trace): string {
  const measured =
    latencyMs ?? (endedAt === undefined ? Number.NaN : Date.parse(endedAt) - Date.parse(startedAt));
  return Number.isNaN(measured) ? unknown : formatSeconds(measured / 1000);
}

/** The answer, or what came instead of one, on one line. */
export function answerOf({ output, outputMessage, toolCalls, error, saved }: Trace): string {
  if (error !== undefined && error !== "") return `error: ${oneLine(error)}`;
  if (saved === false) return "(not saved)";
  if (typeof output === "string") return oneLine(output);
  const calls = toolCalls ?? outputMessage?.toolCalls ?? [];
  if (calls.length > 0)
    return calls.map(({ name, arguments: text }) => `${name}(${oneLine(text)})`).join(", ");
  return unknown;
}

export function ratingOf({ feedback = [] }: Trace): string {
  const rating = feedback.findLast((one) => one.rating !== undefined)?.rating;
  return rating === undefined ? unknown : String(rating);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

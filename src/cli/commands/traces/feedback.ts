import { StoreError, UsageError } from "../../../core/errors.ts";
import type { TraceFeedback } from "../../../core/trace.ts";
import { correctRows } from "../../../traces/dataset-record.ts";
import { feedbackRecord } from "../../../traces/feedback-record.ts";
import { resolveTrace } from "../../../traces/resolve-trace.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { openStores } from "../../session/workspace.ts";
import { openTracesCommand } from "./open.ts";

type Options = Readonly<Record<string, unknown>>;

/** `feedback` */
export async function feedbackCommand(
  [key = ""]: readonly string[],
  options: Options,
  context: CliContext,
): Promise<number> {
  const feedback = readFeedback(options, context.clock.now());
  const { store, workspace, place, print } = await openTracesCommand(options, context);
  const { traceId, feedback: earlier } = await resolveTrace(store, key);
  store.addFeedback(traceId, feedback);
  const { count, reason } = await store.close();
  if (count > 0) {
    throw new StoreError(`cannot store the feedback: ${reason}`, {
      hint: `free space or fix the permissions of ${place}, or choose another folder with --state`,
    });
  }
  const isTakenBack = "isDeleted" in feedback;
  const { datasets: rows, traces } = await openStores(workspace, context);
  const rated = await traces.find(traceId);
  await traces.close();
  const datasets = rated === undefined ? [] : await correctRows(rows, rated, earlier);
  print(
    { trace_id: traceId, feedback: isTakenBack ? null : feedbackRecord(feedback), datasets: [...datasets] },
    () =>
      `${traceId}: feedback ${isTakenBack ? "taken back" : "kept"}${datasets.length === 0 ? "" : `, and ${isTakenBack ? "out of" : "in"} the row of ${datasets.join(", ")}`}\n`,
  );
  return exitDone;
}

function readFeedback(options: Options, now: Date): TraceFeedback | { readonly isDeleted: true } {
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [rating, better, comment, by] = [text("rating"), text("better"), text("comment"), text("by")];
  const hasFeedback = rating !== undefined || better !== undefined || comment !== undefined;
  if (options["takeBack"] === true) {
    if (hasFeedback)
      throw new UsageError("--take-back cannot be combined with --rating, --better or --comment");
    return { isDeleted: true };
  }
  if (!hasFeedback)
    throw new UsageError("no feedback given: pass --rating, --better, --comment or --take-back");
  return {
    ...(rating === undefined ? {} : { rating: ratingOf(rating) }),
    ...(better === undefined ? {} : { betterResponse: better }),
    ...(comment === undefined ? {} : { comment }),
    at: now.toISOString(),
    ...(by === undefined ? {} : { by }),
  };
}

function ratingOf(text: string): number {
  const rating = Number(text);
  if (text.trim() !== "" && rating >= 0 && rating <= 1) return rating;
  throw new UsageError(`--rating must be a number from 0 (wrong) to 1 (right), got "${text}"`);
}

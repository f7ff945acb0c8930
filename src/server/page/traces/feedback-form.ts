import { StoreError, UsageError } from "../../../core/errors.ts";
import type { Trace, TraceFeedback } from "../../../core/trace.ts";
import { count } from "../../../report/figures.ts";
import { type Html, html } from "../../../report/html.ts";
import { clipText } from "../../../report/rows/clip-text.ts";
import { correctRows, lastOf } from "../../../traces/dataset-record.ts";
import { resolveTrace } from "../../../traces/resolve-trace.ts";
import type { ServerServices } from "../../server-services.ts";
import { areaField, changeForm, textField } from "../shell/change-form.ts";
import type { FormFields } from "../shell/form-fields.ts";
import type { PageDone, PageRequest } from "../shell/page-area.ts";
import { changedQuery, renderMoment } from "../shell/page-links.ts";
import { shownCommand } from "../shell/shown-command.ts";

const ratings = [
  ["1", "▲ Good 1.0"],
  ["0.5", "– Partly 0.5"],
  ["0", "▼ Bad 0.0"],
] as const;

/** The feedback so far, and the form for more. */
export function feedbackPart(trace: Trace, request: PageRequest, next: string | undefined): Html {
  const { feedback = [], traceId } = trace;
  const form = changeForm(request, { action: "feedback", label: "Feedback" }, (typed) => {
    const rating = typed("rating");
    return html`<input type="hidden" name="trace" value="${traceId}">${next === undefined ? null : html`<input type="hidden" name="next" value="${next}">`}
<fieldset class="chips"><legend>Rating</legend>${ratings.map(([value, words]) => html`<label><input type="radio" name="rating" value="${value}"${rating === value ? html` checked` : null}>${words}</label>`)}</fieldset>
${textField({ label: "Or a rating from 0 to 1", name: "exact", value: typed("exact"), placeholder: "0.8" })}
${areaField({ label: "Better answer (becomes the expected answer of the dataset row)", name: "better", value: typed("better"), rows: 4 })}
${textField({ label: "Comment", name: "comment", value: typed("comment"), placeholder: "Optional" })}
<div class="row"><button class="btn main">Save feedback</button>${next === undefined ? null : html`<button class="btn" name="go" value="next">Save and next</button>`}</div>`;
  });
  const withdraw =
    feedback.length === 0
      ? null
      : changeForm(
          request,
          { action: "withdraw", label: "Take feedback back" },
          () =>
            html`<input type="hidden" name="trace" value="${traceId}"><div class="row"><button class="btn">Take all feedback back</button></div>`,
        );
  return html`<section id="feedback" aria-labelledby="h-feedback"><div class="sec"><h2 id="h-feedback">Feedback</h2><span class="muted small">${feedback.length === 0 ? "none so far" : `${count(feedback.length)} so far`}</span></div>
${feedback.slice(-20).map(feedbackLine)}
${form}
${withdraw}
${shownCommand(request.commands, `dao-opt feedback ${/^[\w.:-]+$/.test(traceId) ? traceId : "TRACE"} --rating ${lastOf(feedback, "rating") ?? 1}`, { folders: ["state"], id: "feedback-command" })}</section>`;
}

function feedbackLine({ rating, betterResponse, comment, at, by, evaluator }: TraceFeedback): Html {
  const who = [by, evaluator].filter((one) => one !== undefined).join(", ");
  return html`<div class="msg"><h3>${renderMoment(at)}${who === "" ? "" : ` by ${who}`}</h3>${rating === undefined ? null : html`<p><span class="st ${rating >= 0.5 ? "up" : "down"}">${rating}</span></p>`}${betterResponse === undefined ? null : html`<p>Better: ${clipText(betterResponse, 5000)}</p>`}${comment === undefined ? null : html`<p>${clipText(comment, 5000)}</p>`}</div>`;
}

/** Keeps feedback as `dao-opt feedback` does, also in the dataset rows that were made of the trace. */
export async function saveFeedback(
  fields: FormFields,
  services: Pick<ServerServices, "traces" | "datasets" | "clock">,
  request: PageRequest,
): Promise<PageDone> {
  const feedback = readFeedback(fields, services.clock.now());
  const changed = await keep(fields.get("trace"), feedback, services);
  const next = fields.get("go") === "next" ? fields.get("next") : "";
  return {
    to: next === "" ? placeOf(request) : placeOf(request, next),
    message: `Saved. Feedback kept${changed.length === 0 ? "" : `, and in the row of ${changed.join(", ")}`}`,
  };
}

export async function withdrawFeedback(
  fields: FormFields,
  services: Pick<ServerServices, "traces" | "datasets">,
  request: PageRequest,
): Promise<PageDone> {
  const changed = await keep(fields.get("trace"), { isDeleted: true }, services);
  return {
    to: placeOf(request),
    message: `Feedback taken back${changed.length === 0 ? "" : `, and out of the row of ${changed.join(", ")}`}`,
  };
}

/** The page that was shown, with another trace if one is given. */
function placeOf({ path, query }: PageRequest, trace?: string): string {
  return trace === undefined
    ? `${changedQuery(path, query, {})}#feedback`
    : `${changedQuery(path, query, { trace })}#trace`;
}

async function keep(
  key: string,
  feedback: TraceFeedback | { readonly isDeleted: true },
  { traces, datasets }: Pick<ServerServices, "traces" | "datasets">,
): Promise<readonly string[]> {
  const { traceId, feedback: earlier } = await resolveTrace(traces, key);
  const before = await traces.flush();
  traces.addFeedback(traceId, feedback);
  const after = await traces.flush();
  if (after.count > before.count)
    throw new StoreError(`cannot store the feedback: ${after.reason}`, {
      hint: "free space, or fix the permissions of the state folder",
    });
  const rated = await traces.find(traceId);
  return rated === undefined ? [] : await correctRows(datasets, rated, earlier);
}

function readFeedback(fields: FormFields, now: Date): TraceFeedback {
  const exact = fields.get("exact").trim();
  const rating = exact === "" ? fields.get("rating") : exact;
  const [better, comment] = [fields.get("better"), fields.get("comment").trim()];
  if (rating === "" && better === "" && comment === "")
    throw new UsageError("no feedback given", {
      hint: "choose a rating, or write a better answer or a comment",
    });
  const value = Number(rating);
  if (rating !== "" && !(value >= 0 && value <= 1))
    throw new UsageError(
      `the rating must be a number from 0 (wrong) to 1 (right), got "${rating.slice(0, 60)}"`,
    );
  return {
    ...(rating === "" ? {} : { rating: value }),
    ...(better === "" ? {} : { betterResponse: better }),
    ...(comment === "" ? {} : { comment }),
    at: now.toISOString(),
  };
}

import { NotFoundError } from "../../../core/errors.ts";
import type { TraceFeedback } from "../../../core/trace.ts";
import type { RouteApp } from "../../route-group.ts";
import { answer, createRoute, jsonBody, problems, sendJson, z } from "../describe-route.ts";
import { evaluatorJson, evaluatorLogId, unnamed } from "../evaluator-response.ts";
import type { HumanloopServices } from "../humanloop-services.ts";
import { momentSchema } from "../schemas/call-schemas.ts";

const judgment = z.union([z.boolean(), z.number(), z.string(), z.array(z.string())]);

const log = createRoute({
  method: "post",
  path: "/v5/evaluators/log",
  tags: ["logs"],
  summary: "Add feedback to a log",
  request: {
    body: jsonBody(
      z
        .object({
          parent_id: z.string().min(1),
          judgment: judgment.nullish(),
          path: z.string().nullish(),
          id: z.string().nullish(),
          output: z.string().nullish(),
          user: z.string().nullish(),
          created_at: momentSchema.nullish(),
          marked_completed: z.boolean().nullish(),
        })
        .openapi("EvaluatorLogRequest"),
    ),
  },
  responses: {
    200: answer(
      z.object({ id: z.string(), parent_id: z.string(), version_id: z.string(), session_id: z.null() }),
    ),
    ...problems,
  },
});

/** In this API feedback is the log of a human evaluator. */
export function addFeedbackRoute(app: RouteApp, { traces, now }: HumanloopServices): void {
  app.openapi(log, async (context) => {
    const given = context.req.valid("json");
    const { parent_id: parent, path, id, user } = given;
    if ((await traces.find(parent)) === undefined) throw new NotFoundError("log", parent);
    const evaluator = path ?? id ?? unnamed;
    const at =
      given.created_at === null || given.created_at === undefined ? now() : new Date(given.created_at);
    const feedback: TraceFeedback = {
      ...judged(given.judgment ?? given.output),
      at: at.toISOString(),
      ...(user === null || user === undefined ? {} : { by: user }),
      evaluator,
    };
    traces.addFeedback(parent, feedback);
    await traces.flush();
    return sendJson(context, {
      id: evaluatorLogId(parent, feedback),
      parent_id: parent,
      version_id: evaluatorJson(evaluator, feedback.at).version_id,
      session_id: null,
    });
  });
}

/**
 * Maps a judgment: true is 1, false is 0, a number from 0 to 1 is a rating, other values are comments. The
 * original value is kept if the mapping loses information.
 */
function judged(
  value: z.output<typeof judgment> | null | undefined,
): Pick<TraceFeedback, "rating" | "comment" | "judgment"> {
  if (value === null || value === undefined) return { judgment: null };
  if (typeof value === "string") return { comment: value };
  if (typeof value === "boolean") return { rating: value ? 1 : 0, judgment: value };
  if (typeof value === "number" && value >= 0 && value <= 1) return { rating: value };
  return { comment: typeof value === "number" ? String(value) : value.join(", "), judgment: value };
}

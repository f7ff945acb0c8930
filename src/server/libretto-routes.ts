import { randomUUID } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { isJsonObject, type JsonObject } from "../core/data/json.ts";
import { chainResultTrace } from "../traces/chain-result.ts";
import { eventProblem, traceOfEvent } from "../traces/libretto/trace-of-event.ts";
import { traceOfRecord } from "../traces/trace-record.ts";
import { keyOfHeaders } from "./admission/check-key.ts";
import { plainShape } from "./problem.ts";
import { createRecentKeys } from "./recent-keys.ts";
import { createRouteApp, jsonValue, type RouteEnv, type RouteGroup, sendProblem } from "./route-group.ts";
import type { ServerServices } from "./server-services.ts";

/** Paths of `LIBRETTO_API_PREFIX`; Libretto's own is `/api`. */
const bases = ["", "/api", "/v1", "/libretto"] as const;

/** Number of recent events kept to detect repeated ones. */
const mostEvents = 10_000;

const eventSchema = z
  .looseObject({
    apiName: z.string().nullish(),
    apiKey: z.string().nullish(),
    promptEventId: z.string().nullish(),
    params: z.record(z.string(), jsonValue).nullish(),
    modelParameters: z.record(z.string(), jsonValue).nullish(),
    promptTemplateText: z.string().nullish(),
    promptTemplateChat: z.array(z.record(z.string(), jsonValue)).nullish(),
    trace: z.record(z.string(), jsonValue).optional(),
  })
  .openapi("LibrettoEvent");
const feedbackSchema = z
  .looseObject({
    feedback_key: z.string().min(1),
    apiKey: z.string().nullish(),
    rating: z.number().min(0).max(1).nullish(),
    better_response: z.string().nullish(),
    comment: z.string().nullish(),
    is_deleted: z.boolean().nullish(),
    by: z.string().nullish(),
  })
  .openapi("LibrettoFeedback");
const chainSchema = z
  .looseObject({ id: z.string().min(1), apiKey: z.string().nullish(), result: jsonValue.nullish() })
  .openapi("LibrettoChain");

const idAnswer = z.object({ id: z.string() });
const answers = <Schema extends z.ZodType>(schema: Schema) => ({
  200: { description: "Taken.", content: { "application/json": { schema } } },
});
const takes = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: { "application/json": { schema } } },
});
const shared = { method: "post" as const, tags: ["libretto"] };

/** Libretto's three endpoints. Clients send their key in the body, so the group checks it itself. */
export const librettoGroup: RouteGroup = {
  name: "libretto",
  prefixes: bases.flatMap((base) => [`${base}/event`, `${base}/feedback`, `${base}/v1/updateChain`]),
  shape: plainShape,
  keyPlace: "body",
  routes(services) {
    const { traces, clock, log } = services;
    const app = createRouteApp(plainShape, log);
    const seen = createRecentKeys(mostEvents);
    for (const base of bases) {
      const event = createRoute({
        ...shared,
        path: `${base}/event`,
        summary: "Record a call",
        request: takes(eventSchema),
        responses: answers(z.object({ id: z.string(), api_name: z.string() })),
      });
      app.openapi(event, (context) => {
        const body = context.req.valid("json") as JsonObject;
        const refused = refusalOf(context, services, body) ?? noEvent(context, body);
        if (refused !== undefined) return refused as never;
        const { id, name } = takeEvent(body, services, seen);
        return context.json({ id, api_name: name }, 200);
      });
      const feedback = createRoute({
        ...shared,
        path: `${base}/feedback`,
        summary: "Add feedback to an answer",
        request: takes(feedbackSchema),
        responses: answers(idAnswer),
      });
      app.openapi(feedback, (context) => {
        const body = context.req.valid("json");
        const refused = refusalOf(context, services, body as JsonObject);
        if (refused !== undefined) return refused as never;
        traces.addFeedback(
          body.feedback_key,
          body.is_deleted === true
            ? { isDeleted: true }
            : {
                ...(body.rating == null ? {} : { rating: body.rating }),
                ...(body.better_response == null ? {} : { betterResponse: body.better_response }),
                ...(body.comment == null ? {} : { comment: body.comment }),
                ...(body.by == null ? {} : { by: body.by }),
                at: clock.now().toISOString(),
              },
        );
        return context.json({ id: body.feedback_key }, 200);
      });
      const chain = createRoute({
        ...shared,
        path: `${base}/v1/updateChain`,
        summary: "Update a chain of calls",
        request: takes(chainSchema),
        responses: answers(idAnswer),
      });
      app.openapi(chain, (context) => {
        const body = context.req.valid("json");
        const refused = refusalOf(context, services, body as JsonObject);
        if (refused !== undefined) return refused as never;
        if (body.result != null) {
          traces.append({ ...chainResultTrace(body.id, body.result, clock.now()), source: "libretto" });
        }
        return context.json({ id: body.id }, 200);
      });
    }
    return app;
  },
};

function refusalOf(context: Context<RouteEnv>, { keyring }: ServerServices, body: JsonObject) {
  const inHeader = keyOfHeaders(context.env.incoming.headers);
  const inBody = typeof body["apiKey"] === "string" ? body["apiKey"] : undefined;
  const problem = keyring.check(inHeader ?? inBody, "write");
  return problem === undefined ? undefined : sendProblem(context, plainShape, problem);
}

/** Skip empty events. */
function noEvent(context: Context<RouteEnv>, body: JsonObject) {
  const { trace } = body;
  const isTrace = isJsonObject(trace) && traceOfRecord(trace) !== undefined;
  const message = isTrace ? undefined : eventProblem(body);
  if (message === undefined) return undefined;
  return sendProblem(context, plainShape, { status: 400, code: "body_invalid", message });
}

/** A repeated event, whose first response was lost, is acknowledged but not stored again. */
function takeEvent(
  body: JsonObject,
  { traces, clock }: ServerServices,
  seen: ReturnType<typeof createRecentKeys>,
): { readonly id: string; readonly name: string } {
  const sent = body["trace"] === undefined ? undefined : traceOfRecord(body["trace"] as JsonObject);
  const trace = sent ?? traceOfEvent(body, `tr_${randomUUID().replaceAll("-", "")}`, clock.now());
  // Several calls may share an event id; sent traces have their own id.
  const id = sent?.traceId ?? trace.eventId ?? trace.traceId;
  if (seen.add(id)) traces.append(trace);
  return { id, name: trace.name ?? id };
}

import { newLogId } from "../../../calls/prompt/call-services.ts";
import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import { ConflictError } from "../../../core/errors.ts";
import type { Trace } from "../../../core/trace.ts";
import { messageOfRecord } from "../../../traces/message-record.ts";
import type { RouteApp } from "../../route-group.ts";
import { messagesOf, withoutNulls } from "../call-request.ts";
import { answer, createRoute, jsonBody, problems, sendJson, z } from "../describe-route.ts";
import type { HumanloopServices } from "../humanloop-services.ts";
import { respondWithLog } from "../log-responder.ts";
import { flowOf } from "../log-response.ts";
import { logResponseSchema, momentSchema } from "../schemas/call-schemas.ts";
import { chatMessageSchema, jsonMap } from "../schemas/prompt-schemas.ts";

const tags = ["flows"];

const flowFields = {
  messages: z.array(chatMessageSchema).nullish(),
  output_message: chatMessageSchema.nullish(),
  output: z.string().nullish(),
  error: z.string().nullish(),
  inputs: jsonMap.nullish(),
  source: z.string().nullish(),
  metadata: jsonMap.nullish(),
  log_status: z.enum(["complete", "incomplete"]).nullish(),
  start_time: momentSchema.nullish(),
  end_time: momentSchema.nullish(),
};

const flowLogSchema = z
  .object({
    ...flowFields,
    path: z.string().nullish(),
    id: z.string().nullish(),
    flow: z.object({ attributes: jsonMap.nullish() }).nullish(),
    log_id: z.string().min(1).nullish(),
    trace_parent_id: z.string().nullish(),
    user: z.string().nullish(),
    environment: z.string().nullish(),
  })
  .openapi("FlowLogRequest");

const log = createRoute({
  method: "post",
  path: "/v5/flows/log",
  tags,
  summary: "Start or log a trace",
  request: { body: jsonBody(flowLogSchema) },
  responses: {
    200: answer(
      z.object({ id: z.string(), flow_id: z.string(), version_id: z.string(), log_status: z.string() }),
    ),
    ...problems,
  },
});

const update = createRoute({
  method: "patch",
  path: "/v5/flows/logs/{log_id}",
  tags,
  summary: "Update or complete a trace",
  request: {
    params: z.object({ log_id: z.string().min(1) }),
    body: jsonBody(z.object(flowFields).openapi("FlowLogUpdateRequest")),
  },
  responses: { 200: answer(logResponseSchema), ...problems },
});

type FlowFields = Pick<z.output<typeof flowLogSchema>, keyof typeof flowFields>;

export function addFlowRoutes(app: RouteApp, services: HumanloopServices): void {
  const { traces, now, log: append } = services;
  app.openapi(log, async (context) => {
    const given = context.req.valid("json");
    const wanted = given.log_id;
    if (typeof wanted === "string" && (await traces.find(wanted)) !== undefined)
      throw new ConflictError(`log ${wanted} already exists`);
    const name = given.path ?? given.id ?? "flow";
    const attributes = (given.flow?.attributes ?? {}) as JsonObject;
    const flow = flowOf(name, attributes);
    const id = wanted ?? newLogId();
    const status = given.log_status ?? "complete";
    append({
      traceId: id,
      name,
      startedAt: now().toISOString(),
      ...withoutNulls({ parentId: given.trace_parent_id, user: given.user, environment: given.environment }),
      ...fieldsOf(given),
      other: { flow, log_status: status },
    });
    return sendJson(context, { id, flow_id: flow["id"], version_id: flow["version_id"], log_status: status });
  });
  app.openapi(update, async (context) => {
    const given = context.req.valid("json");
    const id = context.req.valid("param").log_id;
    const known = await traces.find(id);
    const other =
      given.log_status === null || given.log_status === undefined ? {} : { log_status: given.log_status };
    const changed = await traces.amend(id, { ...fieldsOf(given), other: { ...known?.other, ...other } });
    return sendJson(context, await respondWithLog(services, changed));
  });
}

function fieldsOf(given: FlowFields): Partial<Trace> {
  const message = given.output_message;
  const isoOf = (text: string | null | undefined) =>
    text === null || text === undefined ? undefined : new Date(text).toISOString();
  return withoutNulls({
    messages:
      given.messages === null || given.messages === undefined
        ? undefined
        : messagesOf(given.messages as JsonValue[]),
    outputMessage:
      message === null || message === undefined ? undefined : messageOfRecord(message as JsonValue),
    output: given.output,
    error: given.error,
    inputs: given.inputs as JsonObject | undefined,
    source: given.source,
    metadata: given.metadata as JsonObject | undefined,
    startedAt: isoOf(given.start_time),
    endedAt: isoOf(given.end_time),
  });
}

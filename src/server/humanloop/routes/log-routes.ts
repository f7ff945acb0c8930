import { newLogId } from "../../../calls/prompt/call-services.ts";
import { chooseVersion } from "../../../calls/prompt/version/choose-version.ts";
import { ConflictError, NotFoundError } from "../../../core/errors.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import type { RouteApp } from "../../route-group.ts";
import { loggedTrace, outcomeFields, withoutNulls } from "../call-request.ts";
import {
  answer,
  createRoute,
  idParam,
  jsonBody,
  problems,
  sendJson,
  versionQuery,
  z,
} from "../describe-route.ts";
import { parseGivenDetails } from "../given-prompt.ts";
import type { HumanloopServices } from "../humanloop-services.ts";
import { respondWithLog } from "../log-responder.ts";
import {
  createLogResponseSchema,
  logRequestSchema,
  logResponseSchema,
  logUpdateSchema,
} from "../schemas/call-schemas.ts";

const tags = ["logs"];

const log = createRoute({
  method: "post",
  path: "/v5/prompts/log",
  tags,
  summary: "Log a call made by the application",
  request: { query: versionQuery, body: jsonBody(logRequestSchema) },
  responses: { 200: answer(createLogResponseSchema), ...problems },
});

const update = createRoute({
  method: "patch",
  path: "/v5/prompts/{id}/log/{log_id}",
  tags,
  summary: "Update the outcome of a log",
  request: { params: idParam.extend({ log_id: z.string().min(1) }), body: jsonBody(logUpdateSchema) },
  responses: { 200: answer(logResponseSchema), ...problems },
});

export function addLogRoutes(app: RouteApp, services: HumanloopServices): void {
  const { registry, traces, now } = services;
  app.openapi(log, async (context) => {
    const given = context.req.valid("json");
    const { prompt, path, id, log_id: wanted } = given;
    const details = prompt === null || prompt === undefined ? undefined : parseGivenDetails(prompt);
    if (details !== undefined) checkValues(details.model, "the request", "prompt.");
    const version = await chooseVersion(registry, {
      ...withoutNulls({ path, id }),
      ...versionNamed(context.req.valid("query")),
      ...(details === undefined ? {} : { prompt: details }),
    });
    if (typeof wanted === "string" && (await traces.find(wanted)) !== undefined)
      throw new ConflictError(`log ${wanted} already exists`);
    const logId = wanted ?? newLogId();
    services.log(loggedTrace(given, version, logId, now()));
    return sendJson(context, {
      id: logId,
      prompt_id: version.promptId,
      version_id: version.versionId,
      session_id: null,
    });
  });
  app.openapi(update, async (context) => {
    const { id, log_id: logId } = context.req.valid("param");
    await checkOwner(services, id, logId);
    const changed = await traces.amend(logId, outcomeFields(context.req.valid("json")));
    return sendJson(context, await respondWithLog(services, changed));
  });
}

/** A moved prompt has logs under its former path, but of its own versions. */
async function checkOwner({ registry, traces }: HumanloopServices, id: string, logId: string): Promise<void> {
  const { path, promptId } = await registry.prompt(id);
  const { prompt } = (await traces.find(logId)) ?? {};
  if (prompt?.path === path) return;
  const versions = prompt?.versionId === undefined ? [] : await registry.history(promptId);
  if (versions.some(({ versionId }) => versionId === prompt?.versionId)) return;
  throw new NotFoundError("log", logId, [], {
    ...(prompt === undefined ? {} : { hint: `it is a log of ${prompt.path}, not of ${path}` }),
  });
}

function versionNamed({ version_id: versionId, environment }: z.output<typeof versionQuery>) {
  return withoutNulls({ versionId, environment });
}

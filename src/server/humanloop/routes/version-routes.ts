import type { RouteApp } from "../../route-group.ts";
import { answer, createRoute, done, idParam, jsonBody, problems, sendJson, z } from "../describe-route.ts";
import { type HumanloopServices, versionOf } from "../humanloop-services.ts";
import { promptResponseSchema } from "../schemas/prompt-schemas.ts";

const tags = ["versions"];
const versionParams = idParam.extend({ version_id: z.string().min(1) });

const list = createRoute({
  method: "get",
  path: "/v5/prompts/{id}/versions",
  tags,
  summary: "List versions of a prompt, newest first",
  request: {
    params: idParam,
    query: z.object({ evaluator_aggregates: z.string().optional() }),
  },
  responses: { 200: answer(z.object({ records: z.array(promptResponseSchema) })), ...problems },
});

const patch = createRoute({
  method: "patch",
  path: "/v5/prompts/{id}/versions/{version_id}",
  tags,
  summary: "Name or describe a version",
  request: {
    params: versionParams,
    body: jsonBody(z.object({ name: z.string().nullish(), description: z.string().nullish() })),
  },
  responses: { 200: answer(promptResponseSchema), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/v5/prompts/{id}/versions/{version_id}",
  tags,
  summary: "Delete a version that is not deployed",
  request: { params: versionParams },
  responses: { 204: done, ...problems },
});

export function addVersionRoutes(app: RouteApp, services: HumanloopServices): void {
  const { registry, respond } = services;
  app.openapi(list, async (context) => {
    const versions = await registry.history(context.req.valid("param").id);
    const records = await Promise.all([...versions].reverse().map(respond));
    return sendJson(context, { records });
  });
  app.openapi(patch, async (context) => {
    const { id, version_id: versionId } = context.req.valid("param");
    const { name, description } = context.req.valid("json");
    const version = await versionOf(services, id, { version_id: versionId });
    // The client sends absent keys as null.
    const changed = await registry.describeVersion(version.versionId, {
      ...(name === null || name === undefined ? {} : { versionName: name }),
      ...(description === null || description === undefined ? {} : { versionDescription: description }),
    });
    return sendJson(context, await respond(changed));
  });
  app.openapi(remove, async (context) => {
    const { id, version_id: versionId } = context.req.valid("param");
    await registry.deleteVersion((await versionOf(services, id, { version_id: versionId })).versionId);
    return context.body(null, 204);
  });
}

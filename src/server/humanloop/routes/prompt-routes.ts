import type { JsonObject } from "../../../core/data/json.ts";
import { ConflictError, UsageError } from "../../../core/errors.ts";
import { detailsToJson } from "../../../formats/prompt-file/prompt-details.ts";
import { renderPromptFile } from "../../../formats/prompt-file/render-prompt-file.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import { messageRecord } from "../../../traces/message-record.ts";
import type { RouteApp } from "../../route-group.ts";
import {
  answer,
  createRoute,
  done,
  idParam,
  jsonBody,
  problems,
  sendJson,
  versionQuery,
  z,
} from "../describe-route.ts";
import { parseGivenDetails, tagsOfTexts } from "../given-prompt.ts";
import { type HumanloopServices, versionOf } from "../humanloop-services.ts";
import { promptText } from "../prompt-response.ts";
import { jsonMap, promptRequestSchema, promptResponseSchema } from "../schemas/prompt-schemas.ts";

const tags = ["prompts"];

const upsertQuery = z.object({
  environment: z.string().optional().openapi({
    description: "not allowed: an environment selects a stored version, but the body has details of its own",
  }),
});

const upsert = createRoute({
  method: "post",
  path: "/v5/prompts",
  tags,
  summary: "Create a prompt or add a version",
  request: { query: upsertQuery, body: jsonBody(promptRequestSchema) },
  responses: { 200: answer(promptResponseSchema), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/v5/prompts/{id}",
  tags,
  summary: "Get a prompt with one of its versions",
  request: { params: idParam, query: versionQuery },
  responses: { 200: answer(promptResponseSchema), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/v5/prompts/{id}",
  tags,
  summary: "Delete a prompt with its versions",
  request: { params: idParam },
  responses: { 204: done, ...problems },
});

const move = createRoute({
  method: "patch",
  path: "/v5/prompts/{id}",
  tags,
  summary: "Move or rename a prompt",
  request: {
    params: idParam,
    body: jsonBody(z.object({ path: z.string().nullish(), name: z.string().nullish() })),
  },
  responses: { 200: answer(promptResponseSchema), ...problems },
});

const populate = createRoute({
  method: "post",
  path: "/v5/prompts/{id}/populate",
  tags,
  summary: "Fill a prompt's template with inputs",
  request: { params: idParam, query: versionQuery, body: jsonBody(jsonMap) },
  responses: { 200: answer(promptResponseSchema), ...problems },
});

const serialize = createRoute({
  method: "get",
  path: "/v5/prompts/{id}/serialize",
  tags,
  summary: "Serialize a version as a .prompt file",
  request: { params: idParam, query: versionQuery },
  responses: {
    200: { description: "The text", content: { "text/plain": { schema: z.string() } } },
    ...problems,
  },
});

const deserialize = createRoute({
  method: "post",
  path: "/v5/prompts/deserialize",
  tags,
  summary: "Parse the text of a .prompt file",
  request: { body: jsonBody(z.object({ prompt: z.string() })) },
  responses: { 200: answer(jsonMap), ...problems },
});

export function addPromptRoutes(app: RouteApp, services: HumanloopServices): void {
  const { registry, respond, templates } = services;
  app.openapi(upsert, async (context) => {
    const given = context.req.valid("json");
    const { environment } = context.req.valid("query");
    if (environment !== undefined)
      throw new UsageError(
        `the request has details of a prompt together with the environment ${environment}`,
        {
          hint: "remove ?environment=, then deploy the version to it",
        },
      );
    const path = given.path ?? (await pathOf(services, given.id));
    const details = parseGivenDetails(given);
    checkValues(details.model, "the request");
    const version_description = given.version_description ?? given.commit_message;
    const { version } = await registry.upsert({
      path,
      ...details,
      ...(given.description === null || given.description === undefined
        ? {}
        : { description: given.description }),
      ...(given.tags === null || given.tags === undefined ? {} : { tags: tagsOfTexts(given.tags) }),
      ...(given.readme === null || given.readme === undefined ? {} : { readme: given.readme }),
      ...(given.version_name === null || given.version_name === undefined
        ? {}
        : { versionName: given.version_name }),
      ...(version_description === null || version_description === undefined
        ? {}
        : { versionDescription: version_description }),
    });
    if (given.id !== null && given.id !== undefined && given.id !== version.promptId)
      throw new ConflictError(`${path} has the id ${version.promptId}, but the request has ${given.id}`);
    return sendJson(context, await respond(version));
  });
  app.openapi(deserialize, (context) => {
    const details = parseGivenDetails(context.req.valid("json").prompt);
    return sendJson(context, detailsToJson(details));
  });
  app.openapi(get, async (context) => {
    const { id } = context.req.valid("param");
    const response = await respond(await versionOf(services, id, context.req.valid("query")));
    return context.body(promptText(response), 200, { "content-type": "application/json" }) as never;
  });
  app.openapi(remove, async (context) => {
    await registry.deletePrompt(context.req.valid("param").id);
    return context.body(null, 204);
  });
  app.openapi(move, async (context) => {
    const { id } = context.req.valid("param");
    const { path, name } = context.req.valid("json");
    const known = await registry.prompt(id);
    const folder = known.path.split("/").slice(0, -1);
    const wanted = path ?? (name === null || name === undefined ? known.path : [...folder, name].join("/"));
    if (wanted !== known.path) await registry.move(known.promptId, wanted);
    return sendJson(context, await respond(await shownVersion(services, known.promptId)));
  });
  app.openapi(populate, async (context) => {
    const { id } = context.req.valid("param");
    const version = await versionOf(services, id, context.req.valid("query"));
    const { template, templateLanguage } = version;
    const inputs = context.req.valid("json") as JsonObject;
    const messages = await templates.render(template, templateLanguage, inputs);
    const populated =
      typeof template === "string" ? (messages[0]?.content ?? "") : messages.map(messageRecord);
    return sendJson(context, { ...(await respond(version)), populated_template: populated });
  });
  app.openapi(serialize, async (context) => {
    const { id } = context.req.valid("param");
    const version = await versionOf(services, id, context.req.valid("query"));
    return context.text(renderPromptFile(version), 200);
  });
}

async function pathOf({ registry }: HumanloopServices, id: string | null | undefined): Promise<string> {
  if (id === null || id === undefined)
    throw new UsageError("the request has neither a path nor an id", { hint: "set path or id" });
  return (await registry.prompt(id)).path;
}

/** The version in the default environment, else the latest: prompts without a deployment are shown too. */
export async function shownVersion({ registry }: Pick<HumanloopServices, "registry">, id: string) {
  const deployed = await registry.find(id, { defaultSelector: "deployed" });
  return deployed ?? registry.get(id, { defaultSelector: "latest" });
}

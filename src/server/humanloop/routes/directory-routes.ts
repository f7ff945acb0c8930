import { UsageError } from "../../../core/errors.ts";
import type { RouteApp } from "../../route-group.ts";
import { answer, createRoute, done, jsonBody, problems, readable, sendJson, z } from "../describe-route.ts";
import { createDirectories, type Directories, type Directory, withParents } from "../directories.ts";
import type { HumanloopServices } from "../humanloop-services.ts";
import { directoryId, folderOf } from "../prompt-response.ts";
import { promptResponseSchema } from "../schemas/prompt-schemas.ts";
import { shownVersion } from "./prompt-routes.ts";

const tags = ["directories"];
const params = z.object({ id: z.string().min(1).openapi({ description: "`dir_…`" }) });

const directoryShape = {
  id: z.string(),
  /** Absent for the root: the client rejects null. */
  parent_id: z.string().optional(),
  name: z.string(),
  path: z.string(),
  tags: z.array(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
};
const directorySchema = z.object(directoryShape).openapi("Directory");
const fullSchema = z
  .object({
    ...directoryShape,
    subdirectories: z.array(directorySchema),
    files: z.array(promptResponseSchema),
    parents: z.array(directorySchema),
  })
  .openapi("DirectoryWithContent");

const placeSchema = z
  .object({
    path: z.string().nullish(),
    name: z.string().nullish(),
    parent_id: z.string().nullish().openapi({ description: "with `name`: the parent directory" }),
  })
  .openapi("DirectoryRequest");

const list = createRoute({
  method: "get",
  path: "/v5/directories",
  tags,
  summary: "List folders",
  responses: { 200: answer(z.array(directorySchema)), ...problems },
});

const create = createRoute({
  method: "post",
  path: "/v5/directories",
  tags,
  summary: "Create a folder; empty folders are lost when the server stops",
  request: { body: jsonBody(placeSchema) },
  responses: { 201: answer(directorySchema, "The folder exists"), ...problems },
});

const get = createRoute({
  method: "get",
  path: "/v5/directories/{id}",
  tags,
  summary: "Get a folder with its contents",
  request: { params },
  responses: { 200: answer(fullSchema), ...problems },
});

const update = createRoute({
  method: "patch",
  path: "/v5/directories/{id}",
  tags,
  summary: "Move or rename a folder with all its prompts",
  request: { params, body: jsonBody(placeSchema) },
  responses: { 200: answer(directorySchema), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/v5/directories/{id}",
  tags,
  summary: "Delete an empty folder",
  request: { params },
  responses: { 204: done, ...problems },
});

export function addDirectoryRoutes(app: RouteApp, services: HumanloopServices): void {
  const { registry, respond, now } = services;
  const directories = createDirectories(registry, now);
  app.openapi(list, async (context) => sendJson(context, (await directories.list()).map(directoryJson)));
  app.openapi(create, async (context) => {
    const path = await placeOf(directories, context.req.valid("json"), undefined);
    return sendJson(context, directoryJson(await directories.create(path)), 201);
  });
  app.openapi(get, async (context) => {
    const directory = await directories.get(context.req.valid("param").id);
    const all = await directories.list();
    const inside = (await registry.list()).filter(({ path }) => folderOf(path) === directory.path);
    const above = withParents(directory.path).slice(1);
    return sendJson(context, {
      ...directoryJson(directory),
      subdirectories: all
        .filter(({ path }) => path !== "" && folderOf(path) === directory.path)
        .map(directoryJson),
      files: await readable(inside.map(async ({ path }) => respond(await shownVersion(services, path)))),
      parents: all.filter(({ path }) => above.includes(path)).map(directoryJson),
    });
  });
  app.openapi(update, async (context) => {
    const directory = await directories.get(context.req.valid("param").id);
    const path = await placeOf(directories, context.req.valid("json"), directory);
    return sendJson(context, directoryJson(await directories.move(directory.path, path)));
  });
  app.openapi(remove, async (context) => {
    await directories.remove(context.req.valid("param").id);
    return context.body(null, 204);
  });
}

/** The path from the request: given directly, or a name within the given, current or root folder. */
async function placeOf(
  directories: Directories,
  { path, name, parent_id: parentId }: z.output<typeof placeSchema>,
  now: Directory | undefined,
): Promise<string> {
  if (path !== null && path !== undefined) return path;
  const own = name ?? now?.path.slice(now.path.lastIndexOf("/") + 1);
  if (own === undefined)
    throw new UsageError("the directory has no name", { hint: "give a path, or a name" });
  const isElsewhere = parentId !== null && parentId !== undefined;
  const parent = isElsewhere ? (await directories.get(parentId)).path : folderOf(now?.path ?? "");
  return parent === "" ? own : `${parent}/${own}`;
}

function directoryJson({ path, createdAt, updatedAt }: Directory) {
  return {
    id: directoryId(path),
    ...(path === "" ? {} : { parent_id: directoryId(folderOf(path)) }),
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    tags: [],
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

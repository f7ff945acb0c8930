import type { PromptVersion } from "../../../contracts/registry.ts";
import { NotFoundError } from "../../../core/errors.ts";
import { renderPromptFile } from "../../../formats/prompt-file/render-prompt-file.ts";
import type { RouteApp } from "../../route-group.ts";
import {
  answer,
  createRoute,
  jsonBody,
  pageOf,
  pageQuery,
  problems,
  readable,
  sendJson,
  z,
} from "../describe-route.ts";
import { type HumanloopServices, versionOf } from "../humanloop-services.ts";
import { promptPageSchema, promptResponseSchema } from "../schemas/prompt-schemas.ts";

const tags = ["files"];
const kind = z.enum(["prompt", "tool", "dataset", "evaluator", "flow", "agent"]);
const kinds = z.union([kind.transform((one) => [one]), z.array(kind)]);
const flag = z.enum(["true", "false"]).optional();

const list = createRoute({
  method: "get",
  path: "/v5/files",
  tags,
  summary: "List prompts as files, paginated",
  request: {
    query: z.object({
      ...pageQuery,
      name: z.string().optional(),
      path: z.string().optional().openapi({ description: "only in this folder and its subfolders" }),
      type: kinds.optional().openapi({ description: "only `prompt` has results here" }),
      environment: z
        .string()
        .optional()
        .openapi({ description: "use the version deployed to this environment" }),
      include_raw_file_content: flag,
      sort_by: z.enum(["created_at", "updated_at", "name"]).optional(),
      order: z.enum(["asc", "desc"]).optional(),
    }),
  },
  responses: { 200: answer(promptPageSchema), ...problems },
});

const retrieve = createRoute({
  method: "post",
  path: "/v5/files/retrieve-by-path",
  tags,
  summary: "Get a prompt by path",
  request: {
    query: z.object({ environment: z.string().optional(), include_raw_file_content: flag }),
    body: jsonBody(z.object({ path: z.string().min(1) })),
  },
  responses: { 200: answer(promptResponseSchema), ...problems },
});

export function addFileRoutes(app: RouteApp, services: HumanloopServices): void {
  const { registry, respond } = services;
  const fileOf = async (version: PromptVersion, withText: boolean) => ({
    ...(await respond(version)),
    ...(withText ? { raw_file_content: renderPromptFile(version) } : {}),
  });
  app.openapi(list, async (context) => {
    const { page, size, name, path, type, environment, ...query } = context.req.valid("query");
    const folder = path?.replace(/^\/+|\/+$/g, "");
    if (environment !== undefined) await knownEnvironment(services, environment);
    const found = (await registry.list())
      .filter(
        ({ path: at }) =>
          folder === undefined || folder === "" || at === folder || at.startsWith(`${folder}/`),
      )
      .filter(({ environments }) => environment === undefined || Object.hasOwn(environments, environment))
      .filter(({ path: at }) => name === undefined || at.toLowerCase().includes(name.toLowerCase()))
      .filter(() => type === undefined || type.includes("prompt"));
    if (found.length === 0 && folder !== undefined && folder !== "" && name === undefined && page === 1) {
      const isThere = (await registry.list()).some(({ path: at }) => at.startsWith(`${folder}/`));
      if (!isThere)
        throw new NotFoundError("directory", folder, [], { hint: `Directory \`${folder}\` does not exist` });
    }
    const wanted =
      environment ?? (await registry.environmentRecords()).find(({ isDefault }) => isDefault)?.name ?? "";
    const records = await readable(
      pageOf(found, { page, size }).map(async ({ path: at, environments }) => {
        const deployed = environments[wanted];
        const version = await registry.get(deployed === undefined ? at : `${at}@${deployed}`);
        return fileOf(version, query.include_raw_file_content === "true");
      }),
    );
    return sendJson(context, { records, page, size, total: found.length });
  });
  app.openapi(retrieve, async (context) => {
    const { environment, include_raw_file_content: withText } = context.req.valid("query");
    const path = context.req.valid("json").path.replace(/^\/+|\/+$/g, "");
    return sendJson(
      context,
      await fileOf(await versionOf(services, path, { environment }), withText === "true"),
    );
  });
}

async function knownEnvironment({ registry }: HumanloopServices, wanted: string): Promise<void> {
  if (!(await registry.environments()).includes(wanted))
    throw new NotFoundError("environment", wanted, [], { hint: `Environment \`${wanted}\` does not exist` });
}

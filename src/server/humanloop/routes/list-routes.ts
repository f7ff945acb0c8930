import type { PromptSummary } from "../../../contracts/registry.ts";
import type { RouteApp } from "../../route-group.ts";
import {
  answer,
  createRoute,
  pageOf,
  pageQuery,
  problems,
  readable,
  sendJson,
  z,
} from "../describe-route.ts";
import type { HumanloopServices } from "../humanloop-services.ts";
import { promptPageSchema } from "../schemas/prompt-schemas.ts";
import { shownVersion } from "./prompt-routes.ts";

const list = createRoute({
  method: "get",
  path: "/v5/prompts",
  tags: ["prompts"],
  summary: "List prompts, paginated",
  request: {
    query: z.object({
      ...pageQuery,
      name: z.string().optional().openapi({ description: "part of the name, case-insensitive" }),
      user_filter: z
        .string()
        .optional()
        .openapi({ description: "part of the name of the author of the first version" }),
      sort_by: z.enum(["created_at", "updated_at", "name"]).default("created_at"),
      order: z.enum(["asc", "desc"]).default("desc"),
    }),
  },
  responses: { 200: answer(promptPageSchema), ...problems },
});

export function addListRoute(app: RouteApp, services: HumanloopServices): void {
  const { registry, respond } = services;
  app.openapi(list, async (context) => {
    const { page, size, name, user_filter: user, sort_by: sortBy, order } = context.req.valid("query");
    let found = (await registry.list()).filter(({ path }) => holds(nameOf(path), name));
    if (user !== undefined) {
      const isTheirs = await Promise.all(
        found.map(async ({ path }) => holds((await registry.history(path))[0]?.createdBy ?? "", user)),
      );
      found = found.filter((_, at) => isTheirs[at]);
    }
    const key: (summary: PromptSummary) => string = {
      created_at: ({ createdAt }: PromptSummary) => createdAt,
      updated_at: ({ updatedAt }: PromptSummary) => updatedAt,
      name: ({ path }: PromptSummary) => nameOf(path).toLowerCase(),
    }[sortBy];
    const turn = order === "asc" ? 1 : -1;
    const sorted = [...found].sort(
      (one, other) => turn * compare(key(one), key(other)) || compare(one.path, other.path),
    );
    const records = await readable(
      pageOf(sorted, { page, size }).map(async ({ path }) => respond(await shownVersion(services, path))),
    );
    return sendJson(context, { records, page, size, total: found.length });
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function holds(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

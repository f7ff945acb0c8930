import type { TraceFilter } from "../../../contracts/trace-store.ts";
import { NotFoundError } from "../../../core/errors.ts";
import type { Trace } from "../../../core/trace.ts";
import type { RouteApp } from "../../route-group.ts";
import { answer, createRoute, done, pageQuery, problems, sendJson, z } from "../describe-route.ts";
import type { HumanloopServices } from "../humanloop-services.ts";
import { respondWithLog, respondWithLogs } from "../log-responder.ts";
import { logResponseSchema, momentSchema } from "../schemas/call-schemas.ts";

const tags = ["logs"];
const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]);

const list = createRoute({
  method: "get",
  path: "/v5/logs",
  tags,
  summary: "List logs of a prompt, newest first",
  request: {
    query: z.object({
      ...pageQuery,
      file_id: z.string().min(1),
      version_id: z.string().optional(),
      id: texts.optional().openapi({ description: "parts of ids; any match counts" }),
      search: z.string().optional().openapi({ description: "words in the inputs or output" }),
      metadata_search: z.string().optional(),
      start_date: momentSchema.optional(),
      end_date: momentSchema.optional(),
      include_parent: z.string().optional(),
      in_trace_filter: texts
        .optional()
        .openapi({ description: "true: only logs with a parent; false: only without" }),
      sample: z.coerce
        .number()
        .int()
        .min(1)
        .optional()
        .openapi({ description: "maximum number, evenly spread" }),
      include_trace_children: z.string().optional(),
    }),
  },
  responses: {
    200: answer(
      z.object({ records: z.array(logResponseSchema), page: z.int(), size: z.int(), total: z.int() }),
    ),
    ...problems,
  },
});

const get = createRoute({
  method: "get",
  path: "/v5/logs/{log_id}",
  tags,
  summary: "Get a log with its feedback",
  request: { params: z.object({ log_id: z.string().min(1) }) },
  responses: { 200: answer(logResponseSchema), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/v5/logs",
  tags,
  summary: "Delete logs",
  request: { query: z.object({ id: texts }) },
  responses: { 204: done, ...problems },
});

export function addLogsRoutes(app: RouteApp, services: HumanloopServices): void {
  const { traces } = services;
  app.openapi(list, async (context) => {
    const query = context.req.valid("query");
    const { page, size, sample } = query;
    const isOfFile = await belongsTo(services, query.file_id);
    const parts = query.id;
    const inTrace = query.in_trace_filter;
    const filter: TraceFilter = {
      ...(query.start_date === undefined ? {} : { since: new Date(query.start_date).toISOString() }),
      ...(query.end_date === undefined ? {} : { until: new Date(query.end_date).toISOString() }),
      ...(query.search === undefined ? {} : { search: query.search }),
    };
    const found: Trace[] = [];
    let total = 0;
    for await (const trace of traces.list(filter, { newestFirst: true })) {
      if (!isOfFile(trace)) continue;
      if (query.version_id !== undefined && trace.prompt?.versionId !== query.version_id) continue;
      if (parts !== undefined && !parts.some((part) => trace.traceId.includes(part))) continue;
      if (inTrace !== undefined && !inTrace.includes(String(trace.parentId !== undefined))) continue;
      const words = query.metadata_search;
      if (words !== undefined && !JSON.stringify(trace.metadata ?? {}).includes(words)) continue;
      total++;
      // Sampling needs all logs; otherwise keep only the requested page.
      if (sample !== undefined || (total > (page - 1) * size && total <= page * size)) found.push(trace);
    }
    const drawn = sample === undefined ? found : spread(found, sample).slice((page - 1) * size, page * size);
    const withChildren = query.include_trace_children === "true";
    const records = await respondWithLogs(services, drawn, { withChildren });
    return sendJson(context, {
      records,
      page,
      size,
      total: sample === undefined ? total : Math.min(total, sample),
    });
  });
  app.openapi(get, async (context) => {
    const id = context.req.valid("param").log_id;
    const trace = await traces.find(id);
    if (trace === undefined) throw new NotFoundError("log", id);
    return sendJson(context, await respondWithLog(services, trace));
  });
  app.openapi(remove, async (context) => {
    const { id } = context.req.valid("query");
    await traces.remove({ ids: id });
    return context.body(null, 204);
  });
}

/** Older logs of a moved prompt have its former path and its version ids. */
async function belongsTo(
  { registry }: Pick<HumanloopServices, "registry">,
  fileId: string,
): Promise<(trace: Trace) => boolean> {
  const known = await registry.prompt(fileId);
  const ids = new Set((await registry.history(known.promptId)).map(({ versionId }) => versionId));
  return ({ prompt }) =>
    prompt?.versionId === undefined ? prompt?.path === known.path : ids.has(prompt.versionId);
}

function spread<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, at) => items[Math.floor((at * items.length) / count)] as Item);
}

import type { JsonObject, JsonValue } from "../../../core/data/json.ts";
import type { Trace } from "../../../core/trace.ts";
import { readSpans } from "../../../traces/otlp/read-spans.ts";
import { jsonDepth } from "../../admission/check-body.ts";
import type { RouteApp } from "../../route-group.ts";
import { answer, createRoute, problems, sendJson, z } from "../describe-route.ts";
import type { HumanloopServices } from "../humanloop-services.ts";
import { logOfSpan, promptOfSpan, type SpanLog } from "../span-log.ts";

const otel = createRoute({
  method: "post",
  path: "/v5/import/otel/v1/traces",
  tags: ["flows"],
  summary: "Import spans of the client's decorators; always JSON",
  responses: { 200: answer(z.object({ records: z.array(z.string()) })), ...problems },
});

/**
 * The client exits on any status but 200, so unreadable parts are skipped, and calls that cannot become a
 * prompt are logged without one.
 */
export function addOtelRoute(app: RouteApp, services: HumanloopServices): void {
  const { traces, log } = services;
  app.openapi(otel, async (context) => {
    const records: string[] = [];
    for (const span of readSpans(parsed(await context.req.text())).spans) {
      const { traceId, startedAt, ...changes } = await withPrompt(services, logOfSpan(span));
      const known = await traces.find(traceId);
      if (known === undefined) log({ traceId, startedAt, ...changes });
      else await traces.amend(traceId, { ...changes, other: merged(known.other, changes.other) });
      records.push(traceId);
    }
    return sendJson(context, { records });
  });
}

/** Fields of the original log win: the span of a flow lacks the flow's attributes. */
function merged(known: Trace["other"], update: Trace["other"]): JsonObject {
  const flow = known?.["flow"];
  return { ...known, ...update, ...(flow === undefined ? {} : { flow }) };
}

/** Different details of a provider call create another version, as in a log with details. */
async function withPrompt(
  { registry }: HumanloopServices,
  { trace, promptPath, file }: SpanLog,
): Promise<Trace> {
  const draft = promptPath === undefined ? undefined : promptOfSpan(promptPath, file, trace);
  if (draft === undefined) return trace;
  try {
    const { path, version, versionId, template } = (await registry.upsert(draft)).version;
    return { ...trace, prompt: { path, version, versionId, template } };
  } catch {
    return { ...trace, prompt: { path: draft.path } };
  }
}

const deepest = 64;

/** The body is not declared as JSON, so its depth is unchecked so far. */
function parsed(text: string): JsonValue {
  if (jsonDepth(text, deepest) > deepest) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
}

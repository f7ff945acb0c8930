import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { knownPrice } from "../config/prices.ts";
import type { JsonValue } from "../core/data/json.ts";
import { thrownReason } from "../core/errors.ts";
import type { Trace } from "../core/trace.ts";
import { callCost } from "../traces/openai/read-answer.ts";
import type { PartialSuccess } from "../traces/otlp/otlp-protobuf.ts";
import { tracesOfOtlp } from "../traces/otlp/traces-of-otlp.ts";
import { jsonShape, mostJsonValues, tooManyValues } from "./admission/check-body.ts";
import type { Problem, ProblemShape } from "./problem.ts";
import { createRecentKeys, type RecentKeys } from "./recent-keys.ts";
import { createRouteApp, type RouteEnv, type RouteGroup, sendProblem } from "./route-group.ts";
import type { ServerServices } from "./server-services.ts";

const protobufType = "application/x-protobuf";
const mostUnpackedBytes = 20 * 1024 * 1024;
const nestingLimit = 256;
/** Number of recent spans kept to detect repeated ones: exporters resend requests without a response. */
const mostSpans = 100_000;
const unzip = promisify(gunzip);
/** Compressed bodies may unpack to the maximum size, so they are read one at a time. */
let packedOnes: Promise<unknown> = Promise.resolve();

/** `google.rpc.Status`, the error form of the protocol; always JSON here. */
const statusShape: ProblemShape = ({ status, message }) => ({ code: status === 400 ? 3 : 2, message });

const requestSchema = z
  .object({ resourceSpans: z.array(z.looseObject({})) })
  .openapi("ExportTraceServiceRequest", {
    description: "opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest",
  });
const responseSchema = z
  .object({
    partialSuccess: z
      .object({ rejectedSpans: z.union([z.int(), z.string()]), errorMessage: z.string() })
      .optional(),
  })
  .openapi("ExportTraceServiceResponse");

const exportRoute = createRoute({
  method: "post",
  path: "/v1/traces",
  summary: "Import OTLP spans as traces",
  tags: ["opentelemetry"],
  request: { body: { required: true, content: { "application/json": { schema: requestSchema } } } },
  responses: {
    200: {
      description: "Accepted, possibly in part.",
      content: { "application/json": { schema: responseSchema } },
    },
  },
});

/** OTLP over HTTP. */
export const otlpGroup: RouteGroup = {
  name: "otlp",
  prefixes: ["/v1/traces"],
  shape: statusShape,
  contentTypes: () => ["application/json", protobufType],
  contentCodings: ["gzip"],
  routes(services) {
    const app = createRouteApp(statusShape, services.log);
    // Only documented here; the handler reads the body itself, because it may be protobuf and compressed.
    app.openAPIRegistry.registerPath(exportRoute);
    const seen = createRecentKeys(mostSpans);
    app.post(exportRoute.path, (context) => {
      const take = () => takeOtlp(context, services, seen);
      if (context.env.incoming.headers["content-encoding"] === undefined) return take();
      const taken = packedOnes.then(take);
      packedOnes = taken.catch(() => undefined);
      return taken;
    });
    return app;
  },
};

/** Stores the spans of a request, each once. */
async function takeOtlp(
  context: Context<RouteEnv>,
  { traces }: ServerServices,
  seen: RecentKeys,
): Promise<Response> {
  const { headers } = context.env.incoming;
  const isProtobuf = (headers["content-type"] ?? "").toLowerCase().startsWith(protobufType);
  const read = await readRequest(context, headers["content-encoding"], isProtobuf);
  if ("status" in read) return sendProblem(context, statusShape, read);
  const found = tracesOfOtlp(read.json);
  for (const trace of found.traces) if (seen.add(trace.traceId)) traces.append(withCost(trace));
  const [first] = found.problems;
  const partial =
    first === undefined
      ? undefined
      : {
          rejectedSpans: found.problems.length,
          errorMessage: [first.place, first.message].filter((part) => part !== "").join(": "),
        };
  return answer(context, partial, isProtobuf);
}

async function answer(
  context: Context<RouteEnv>,
  partial: PartialSuccess | undefined,
  isProtobuf: boolean,
): Promise<Response> {
  if (!isProtobuf) return context.json(partial === undefined ? {} : { partialSuccess: partial }, 200);
  const { encodeTraceResponse } = await import("../traces/otlp/otlp-protobuf.ts");
  return context.body(new Uint8Array(encodeTraceResponse(partial)), 200, { "content-type": protobufType });
}

async function readRequest(
  context: Context<RouteEnv>,
  encoding: string | undefined,
  isProtobuf: boolean,
): Promise<{ readonly json: JsonValue } | Problem> {
  const coding = (encoding ?? "identity").trim().toLowerCase();
  try {
    const sent = Buffer.from(await context.req.arrayBuffer());
    const bytes = coding === "gzip" ? await unzip(sent, { maxOutputLength: mostUnpackedBytes }) : sent;
    if (isProtobuf) {
      const { decodeTraceRequest } = await import("../traces/otlp/otlp-protobuf.ts");
      return { json: decodeTraceRequest(bytes) };
    }
    const text = bytes.toString("utf8");
    const { depth, values } = jsonShape(text, nestingLimit);
    if (values > mostJsonValues) return tooManyValues;
    if (depth > nestingLimit) throw new Error("it is nested too deeply");
    return { json: JSON.parse(text) as JsonValue };
  } catch (error) {
    const message = `cannot read the body: ${thrownReason(error)}`;
    return { status: 400, code: "body_invalid", message };
  }
}

function withCost(trace: Trace): Trace {
  if (trace.costUsd !== undefined || trace.usage === undefined || trace.model === undefined) return trace;
  return { ...trace, ...callCost(trace.usage, undefined, knownPrice(trace.model)) };
}

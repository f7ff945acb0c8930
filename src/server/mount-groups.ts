import { getRequestListener } from "@hono/node-server";
import type { Context } from "hono";
import { checkBody } from "./admission/check-body.ts";
import { type Problem, plainShape } from "./problem.ts";
import {
  createRouteApp,
  groupOf,
  type Lane,
  type NodeHandler,
  type RouteApp,
  type RouteGroup,
  sendProblem,
} from "./route-group.ts";
import type { ServerOptions, ServerServices } from "./server-services.ts";

interface Document {
  readonly paths?: Readonly<Record<string, object>>;
}

interface Operation {
  readonly responses?: Readonly<Record<string, object>>;
}

const methods = ["get", "put", "post", "patch", "delete", "options", "head"];
const refused = {
  description: "Invalid key, host, path or body",
};

/** Adds the common error responses to every operation that lacks them. */
function describeRefusals<Given extends Document>(document: Given): Given {
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([name, value]) => [
        name,
        methods.includes(name) ? withRefusal(value as Operation) : value,
      ]),
    ),
  ]);
  return { ...document, paths: Object.fromEntries(paths) };
}

function withRefusal(operation: Operation): Operation {
  const { responses = {} } = operation;
  if (Object.keys(responses).some((status) => status.startsWith("4"))) return operation;
  return { ...operation, responses: { ...responses, "4XX": refused } };
}

const defaultNestingLimit = 128;
export const defaultBodyLimitBytes = 20 * 1024 * 1024;

interface MountedGroups {
  readonly handlers: ReadonlyMap<RouteGroup, NodeHandler>;
  /** The content of `/openapi.json`. */
  readonly apiDocument: () => object;
}

/** Maps groups to handlers. Framework groups share one app, so that one document describes them all. */
export function mountGroups(
  groups: readonly RouteGroup[],
  services: ServerServices,
  options: ServerOptions,
): MountedGroups {
  const app = createRouteApp(plainShape, services.log);
  const shapeOf = (path: string) => groupOf(groups, path)?.shape ?? plainShape;
  const refuse = (context: Context, problem: Problem) =>
    sendProblem(context, shapeOf(context.req.path), problem);
  const limits = {
    bodyLimitBytes: options.bodyLimitBytes ?? defaultBodyLimitBytes,
    nestingLimit: options.nestingLimit ?? defaultNestingLimit,
  };
  app.use(checkBody(limits, refuse));
  app.notFound((context) =>
    refuse(context, { status: 404, code: "not_found", message: `no such path: ${context.req.path}` }),
  );
  const listener = getRequestListener(app.fetch);
  const onFramework: NodeHandler = { handle: (request, response) => void listener(request, response) };
  const handlers = new Map<RouteGroup, NodeHandler>();
  for (const group of groups) {
    const routes = group.routes(services);
    if ("handle" in routes) handlers.set(group, routes);
    else {
      app.route("/", routes);
      const lane = group.lane?.(services);
      handlers.set(group, lane === undefined ? onFramework : before(lane, onFramework));
    }
  }
  const apiDocument = describe(app, services);
  app.get("/openapi.json", (context) => context.json(apiDocument()));
  return { handlers, apiDocument };
}

function before(lane: Lane, handler: NodeHandler): NodeHandler {
  return {
    handle: (request, response) => lane(request, response, () => handler.handle(request, response)),
  };
}

/** `/openapi.json`, generated from the validation schemas on first use. */
function describe(app: RouteApp, { version, keyring }: ServerServices): () => object {
  app.openAPIRegistry.registerComponent("securitySchemes", "api_key", {
    type: "apiKey",
    in: "header",
    name: "X-API-KEY",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  let document: object | undefined;
  const described = () =>
    app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "dao-opt",
        version,
        description: "Prompts, calls, traces and feedback of a dao-opt registry and its state folder.",
      },
      security: keyring.isEmpty ? [] : [{ api_key: [] }, { bearer: [] }],
    });
  return () => {
    document ??= describeRefusals(described());
    return document;
  };
}

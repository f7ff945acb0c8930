import { HTTPException } from "hono/http-exception";
import {
  ConfigError,
  isDaoOptError,
  ModelError,
  RegistryError,
  StoreError,
  UsageError,
} from "../../core/errors.ts";
import { type Problem, type ProblemShape, problemOf, providerAnswer } from "../problem.ts";
import { createRouteApp, type Lane, logBug, type RouteGroup, sendProblem } from "../route-group.ts";
import type { ServerServices } from "../server-services.ts";
import { createHumanloopServices, type HumanloopServices } from "./humanloop-services.ts";
import { promptText } from "./prompt-response.ts";
import { addCallRoute } from "./routes/call-route.ts";
import { addDirectoryRoutes } from "./routes/directory-routes.ts";
import { addEnvironmentRoutes } from "./routes/environment-routes.ts";
import { addFeedbackRoute } from "./routes/feedback-route.ts";
import { addFileRoutes } from "./routes/file-routes.ts";
import { addFlowRoutes } from "./routes/flow-routes.ts";
import { addListRoute } from "./routes/list-routes.ts";
import { addLogRoutes } from "./routes/log-routes.ts";
import { addLogsRoutes } from "./routes/logs-routes.ts";
import { addOtelRoute } from "./routes/otel-route.ts";
import { addPromptRoutes } from "./routes/prompt-routes.ts";
import { addVersionRoutes } from "./routes/version-routes.ts";

const plainRead = /^\/v5\/prompts\/(pr_\w+)$/;

/**
 * Fast path for the most frequent request: a prompt by id without a query. The framework's routing takes
 * longer than the response. Everything else, and every failure, goes to the framework.
 */
function createPromptLane(services: HumanloopServices): Lane {
  return (request, response, otherwise) => {
    const [, id] = (request.method === "GET" ? plainRead.exec(request.url ?? "") : null) ?? [];
    if (id === undefined) {
      otherwise();
      return;
    }
    const answered = async () =>
      promptText(await services.respond(await services.registry.get(id, { defaultSelector: "deployed" })));
    answered().then((text) => {
      response.writeHead(200, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
      });
      response.end(text);
    }, otherwise);
  };
}

/**
 * Humanloop's error form `{detail}`: a list for invalid requests, an object for provider errors, else a
 * string. The JavaScript client shows only the body of most errors, so the body holds everything.
 */
const humanloopShape: ProblemShape = ({ message, hint, issues = [], cause }) => {
  if (issues.length > 0)
    return { detail: issues.map(({ path, message: msg }) => ({ loc: path, msg, type: "value_error" })) };
  const text = hint === undefined ? message : `${message} (${hint})`;
  if (cause instanceof ModelError)
    return { detail: { type: cause.kind, message: text, code: cause.status ?? null, origin: "provider" } };
  return { detail: text };
};

const retriedLater = new Set(["timeout", "connection", "server", "malformed", "empty", "unreachable"]);

/** True for damaged registry files, which a retry does not fix. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof RegistryError &&
    (error.cause === undefined || (isDaoOptError(error.cause) && !(error.cause instanceof StoreError)))
  );
}

/**
 * Maps errors to statuses: 422 for invalid requests and damaged prompt files. Provider errors keep their
 * status and `Retry-After`; without a status, 503 if a retry may succeed, else 400.
 */
function humanloopProblem(error: unknown): Problem {
  // Thrown by the framework for invalid JSON bodies.
  if (error instanceof HTTPException) {
    const { message } = error;
    return { status: 422, code: "body_invalid", message, issues: [{ path: ["body"], message }] };
  }
  const problem = problemOf(error);
  if (error instanceof UsageError || error instanceof ConfigError) {
    const { message, hint } = problem;
    const listed =
      error instanceof ConfigError
        ? error.issues.map((issue) => ({ path: ["body", ...issue.path.split(".")], message: issue.message }))
        : [{ path: ["body"], message: hint === undefined ? message : `${message} (${hint})` }];
    return { ...problem, status: 422, issues: listed };
  }
  if (isDamage(error)) return { ...problem, status: 422 };
  if (!(error instanceof ModelError)) return problem;
  const passed = providerAnswer(error);
  return { ...problem, status: retriedLater.has(error.kind) ? 503 : 400, ...passed };
}

/** The base URL of a client may omit the `/v5` prefix. */
const bareRoots = ["prompts", "logs", "flows", "evaluators", "files", "directories", "import"].map(
  (root) => `/${root}`,
);
const readingPosts = /\/populate$|\/deserialize$|\/retrieve-by-path$/;

const opened = new WeakMap<ServerServices, HumanloopServices>();

/** One instance per server, so that logs are counted once. */
function servicesOf(server: ServerServices): HumanloopServices {
  const known = opened.get(server) ?? createHumanloopServices(server);
  opened.set(server, known);
  return known;
}

/** Humanloop's v5 prompts API. Unmodified clients work after changing the base URL. */
export const humanloopGroup: RouteGroup = {
  name: "humanloop",
  prefixes: ["/v5", ...bareRoots],
  rewrites: (url) => (url.startsWith("/v5") ? url : `/v5${url}`),
  shape: humanloopShape,
  decodesSlashes: true,
  access: ({ method, path }) =>
    method === "GET" || method === "HEAD" || (method === "POST" && readingPosts.test(path))
      ? "read"
      : "write",
  contentTypes: ({ path }) =>
    // Humanloop's decorators send text/plain in JavaScript and no content type in Python.
    path.includes("/import/otel/") ? ["application/json", "text/plain", ""] : ["application/json"],
  lane: (server) => createPromptLane(servicesOf(server)),
  routes(server) {
    const app = createRouteApp(humanloopShape, server.log);
    app.onError((error, context) => {
      const problem = humanloopProblem(error);
      if (problem.code === "bug") logBug(context, error, server.log);
      return sendProblem(context, humanloopShape, problem);
    });
    const services = servicesOf(server);
    // Fixed paths come before parameterized ones.
    addCallRoute(app, services);
    addLogRoutes(app, services);
    addListRoute(app, services);
    addPromptRoutes(app, services);
    addVersionRoutes(app, services);
    addEnvironmentRoutes(app, services);
    addLogsRoutes(app, services);
    addFlowRoutes(app, services);
    addFeedbackRoute(app, services);
    addFileRoutes(app, services);
    addDirectoryRoutes(app, services);
    addOtelRoute(app, services);
    return app;
  },
};

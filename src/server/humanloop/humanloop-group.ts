import { createRouteApp, logBug, sendProblem } from "../route-app.ts";
import type { RouteGroup } from "../route-group.ts";
import type { ServerServices } from "../server-services.ts";
import { createHumanloopServices, type HumanloopServices } from "./humanloop-services.ts";
import { humanloopProblem, humanloopShape } from "./problem-shape.ts";
import { createPromptLane } from "./prompt-lane.ts";
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

/** The prefix belongs to the base URL that a client is given, and may be missing there. */
const bareRoots = ["prompts", "logs", "flows", "evaluators", "files", "directories", "import"].map(
  (root) => `/${root}`,
);
const readingPosts = /\/populate$|\/deserialize$|\/retrieve-by-path$/;

const opened = new WeakMap<ServerServices, HumanloopServices>();

/** One for a server: what was logged is counted once. */
function servicesOf(server: ServerServices): HumanloopServices {
  const known = opened.get(server) ?? createHumanloopServices(server);
  opened.set(server, known);
  return known;
}

/** Humanloop's v5 prompts API: its unmodified clients work with nothing changed but the base URL. */
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
    // The decorators say text/plain in JavaScript, and nothing at all in Python.
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
    // Fixed paths before those with an {id} in their place.
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

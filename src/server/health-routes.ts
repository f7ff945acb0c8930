import { setTimeout } from "node:timers/promises";
import { createRoute, z } from "@hono/zod-openapi";
import { plainShape } from "./problem.ts";
import { createRouteApp, type RouteGroup } from "./route-group.ts";

const flushTimeoutMs = 500;

const healthSchema = z.object({ status: z.literal("ok"), version: z.string() }).openapi("Health");

const healthRoute = createRoute({
  method: "get",
  path: "/healthz",
  summary: "Health of the server",
  tags: ["server"],
  security: [],
  responses: {
    200: { description: "The server is up.", content: { "application/json": { schema: healthSchema } } },
  },
});

const metricsRoute = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Prometheus metrics",
  tags: ["server"],
  responses: {
    200: { description: "Text format 0.0.4.", content: { "text/plain": { schema: z.string() } } },
  },
});

/** `/healthz` (needs no key) and `/metrics`. `/openapi.json` is defined where all groups are mounted. */
export const healthGroup: RouteGroup = {
  name: "server",
  prefixes: ["/healthz", "/metrics", "/openapi.json"],
  shape: plainShape,
  access: ({ path }) => (path === "/healthz" ? "open" : "read"),
  routes({ metrics, traces, version, log }) {
    const app = createRouteApp(plainShape, log);
    app.openapi(healthRoute, (context) => context.json({ status: "ok" as const, version }, 200));
    app.openapi(metricsRoute, async (context) => {
      // Losses are known after a flush, but do not wait for a hanging disk.
      await Promise.race([traces.flush(), setTimeout(flushTimeoutMs, undefined, { ref: false })]);
      return context.text(metrics.render(), 200, {
        "content-type": "text/plain; version=0.0.4; charset=utf-8",
      });
    });
    return app;
  },
};

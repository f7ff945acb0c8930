import type { HttpBindings } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type Problem, type ProblemShape, problemOf } from "./problem.ts";
import type { ServerLog } from "./server-services.ts";

/** `env` of every route: Node's own messages. */
export interface RouteEnv {
  Bindings: HttpBindings;
}

export type RouteApp = OpenAPIHono<RouteEnv>;

/**
 * An app for one group: what its schemas refuse is a 422, what its handlers throw is told by its code, both in
 * the group's shape.
 */
export function createRouteApp(shape: ProblemShape, log: ServerLog): RouteApp {
  const app = new OpenAPIHono<RouteEnv>({
    defaultHook: (result, context) => {
      if (result.success) return undefined;
      const place = placeOf(result.target);
      return sendProblem(context, shape, {
        status: 422,
        code: "request_invalid",
        message: "the request is not what this route takes",
        issues: result.error.issues.map((issue) => ({
          path: [place, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))],
          message: issue.message,
        })),
      });
    },
  });
  app.onError((error, context) => {
    const problem = error instanceof HTTPException ? problemOfHttp(error) : problemOf(error);
    if (problem.code === "bug") logBug(context, error, log);
    return sendProblem(context, shape, problem);
  });
  return app;
}

/** Logs an error that is no problem of the request. Skipped if the client left in the middle of its request. */
export function logBug(context: Context<RouteEnv>, error: Error, log: ServerLog): void {
  const { complete, destroyed } = context.env.incoming;
  if (destroyed && !complete) return;
  log(`bug in ${context.req.method} ${context.req.path}: ${error.message}`, "error");
}

export function sendProblem(context: Context, shape: ProblemShape, problem: Problem): Response {
  return context.json(shape(problem) as object, problem.status as ContentfulStatusCode, {
    ...problem.headers,
  });
}

/** The framework throws these for bodies that are no JSON. */
function problemOfHttp({ status, message }: HTTPException): Problem {
  return {
    status,
    code: status === 400 ? "body_invalid" : "request_refused",
    message: message || `HTTP ${status}`,
  };
}

function placeOf(target: string): string {
  return target === "json" ? "body" : target;
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Access } from "./admission/check-key.ts";
import { type Problem, type ProblemShape, problemOf } from "./problem.ts";
import type { ServerLog, ServerServices } from "./server-services.ts";

/**
 * Schema for any JSON. `z.json()` is recursive, which `/openapi.json` cannot express; parsed bodies are JSON
 * anyway.
 */
export const jsonValue = z.unknown() as unknown as z.ZodType<z.core.util.JSONType>;

/** A request before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** Raw path without the query. */
  readonly path: string;
}

/** Routes with one error form and one admission policy. */
export interface RouteGroup {
  readonly name: string;
  /** Path prefixes: `/v5`, `/v1/traces`. `/` takes everything else. */
  readonly prefixes: readonly string[];
  readonly shape: ProblemShape;
  /** Rewrites a URL variant to the one of the routes. */
  readonly rewrites?: (url: string) => string;
  /** Default: GET and HEAD read, others write. */
  readonly access?: (head: RequestHead) => Access;
  /** Content types of bodies, without parameters. Default: `application/json`. */
  readonly contentTypes?: (head: RequestHead) => readonly string[];
  /** Content codings that the group decodes, such as `gzip`. Default: none. */
  readonly contentCodings?: readonly string[];
  /** `body`: the group checks the key itself. Default: `headers`. */
  readonly keyPlace?: "headers" | "body" | "own-header";
  /** Decodes encoded slashes, because ids of this group may be paths. Dot segments are still refused. */
  readonly decodesSlashes?: boolean;
  /** Leaves paths, content types and body sizes to the upstream. */
  readonly isPassedThrough?: boolean;
  /** Sees each request before the framework; responds or calls `otherwise`. */
  readonly lane?: (services: ServerServices) => Lane;
  /** Framework routes or a Node handler. */
  readonly routes: (services: ServerServices) => RouteApp | NodeHandler;
}

export type Lane = (request: IncomingMessage, response: ServerResponse, otherwise: () => void) => void;

/** Handles every request of the group. */
export interface NodeHandler {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Resolves when work after the responses is done. */
  settled?(): Promise<void>;
  /** Releases resources. */
  close?(): Promise<void>;
}

/** The group with the longest matching prefix. */
export function groupOf(groups: readonly RouteGroup[], path: string): RouteGroup | undefined {
  let found: RouteGroup | undefined;
  let longest = -1;
  for (const group of groups) {
    for (const prefix of group.prefixes) {
      const holds = prefix === "/" || path === prefix || path.startsWith(`${prefix}/`);
      if (holds && prefix.length > longest) [found, longest] = [group, prefix.length];
    }
  }
  return found;
}

/** `env` of every route, with Node's request and response. */
export interface RouteEnv {
  Bindings: HttpBindings;
}

export type RouteApp = OpenAPIHono<RouteEnv>;

/**
 * Creates the app of a group: schema violations give 422, thrown errors the status of their code, both in the
 * group's error form.
 */
export function createRouteApp(shape: ProblemShape, log: ServerLog): RouteApp {
  const app = new OpenAPIHono<RouteEnv>({
    defaultHook: (result, context) => {
      if (result.success) return undefined;
      const place = placeOf(result.target);
      return sendProblem(context, shape, {
        status: 422,
        code: "request_invalid",
        message: "invalid request",
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

/** Logs a bug, unless the client disconnected during its request. */
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

/** Thrown by the framework for invalid JSON bodies. */
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

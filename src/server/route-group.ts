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
 * Any JSON in a body or an answer. `z.json()` is a schema that names itself, which cannot be written into
 * `/openapi.json`; a parsed body holds nothing but JSON anyway.
 */
export const jsonValue = z.unknown() as unknown as z.ZodType<z.core.util.JSONType>;

/** What the door knows of a request before its body is read. */
export interface RequestHead {
  readonly method: string;
  /** Without the query, as it came. */
  readonly path: string;
}

/** Routes that belong together: one shape of errors, one policy at the door. */
export interface RouteGroup {
  readonly name: string;
  /** Paths it answers, each with everything below: `/v5`, `/v1/traces`. `/` takes what no other group does. */
  readonly prefixes: readonly string[];
  readonly shape: ProblemShape;
  /** The URL that the routes know, for one that was written in another way. */
  readonly rewrites?: (url: string) => string;
  /** Default: reading methods read, others write. */
  readonly access?: (head: RequestHead) => Access;
  /** Content types of bodies, without parameters. Default: `application/json`. */
  readonly contentTypes?: (head: RequestHead) => readonly string[];
  /** Codings of bodies that the group unpacks, such as `gzip`. Default: none. */
  readonly contentCodings?: readonly string[];
  /** `body`: the group looks for the key itself, with `keyring`. Default: `headers`. */
  readonly keyPlace?: "headers" | "body" | "own-header";
  /** True: an encoded slash in a path is one: ids of this group may be paths. Dot segments are refused all the same. */
  readonly decodesSlashes?: boolean;
  /** True: paths, content types and body sizes are the upstream's matter. */
  readonly isPassedThrough?: boolean;
  /** Looks at each request before the framework does, and answers it or calls `otherwise`. */
  readonly lane?: (services: ServerServices) => Lane;
  /** Routes on the framework, or a handler of plain Node messages. */
  readonly routes: (services: ServerServices) => RouteApp | NodeHandler;
}

export type Lane = (request: IncomingMessage, response: ServerResponse, otherwise: () => void) => void;

/** Answers every request below the group's prefixes. */
export interface NodeHandler {
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Resolves when what its answers left to be done is done. */
  settled?(): Promise<void>;
  /** Lets go of what it holds open. */
  close?(): Promise<void>;
}

/** The group with the longest prefix that holds the path. */
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

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "./admission/check-key.ts";
import type { ProblemShape } from "./problem.ts";
import type { RouteApp } from "./route-app.ts";
import type { ServerServices } from "./server-services.ts";

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

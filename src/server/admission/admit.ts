import type { IncomingMessage } from "node:http";
import type { Problem } from "../problem.ts";
import type { RequestHead, RouteGroup } from "../route-group.ts";
import { checkBodyHead } from "./check-body-head.ts";
import { checkHost, type HostPolicy } from "./check-host.ts";
import { type Access, type Keyring, keyOfHeaders } from "./check-key.ts";
import { checkOrigin } from "./check-origin.ts";
import { checkPath } from "./check-path.ts";
import { checkTarget } from "./check-target.ts";

/** What the door goes by. */
export interface AdmissionPolicy extends HostPolicy {
  readonly keyring: Keyring;
  readonly bodyLimitBytes: number;
}

/** What a group asks of its requests. */
export type GroupPolicy = Pick<
  RouteGroup,
  "access" | "contentTypes" | "contentCodings" | "keyPlace" | "isPassedThrough" | "decodesSlashes"
>;

/** The one place that says which checks a request passes before its body is read, and in which order. */
export function admit(
  request: IncomingMessage,
  head: RequestHead,
  group: GroupPolicy,
  policy: AdmissionPolicy,
): Problem | undefined {
  const { headers } = request;
  const passes = group.isPassedThrough === true;
  return (
    checkTarget(request) ??
    checkHost(headers.host, policy) ??
    checkOrigin(headers) ??
    checkPath(head.path, passes || group.decodesSlashes === true) ??
    checkGroupKey(request, head, group, policy.keyring) ??
    (passes
      ? undefined
      : checkBodyHead(
          headers,
          { types: group.contentTypes?.(head) ?? ["application/json"], codings: group.contentCodings ?? [] },
          policy.bodyLimitBytes,
        ))
  );
}

function checkGroupKey(
  { headers }: IncomingMessage,
  head: RequestHead,
  group: GroupPolicy,
  keyring: Keyring,
): Problem | undefined {
  const access = (group.access ?? accessByMethod)(head);
  switch (group.keyPlace ?? "headers") {
    case "headers":
      return keyring.check(keyOfHeaders(headers), access);
    case "own-header": {
      const own = headers["x-api-key"];
      const problem = keyring.check(typeof own === "string" ? own : undefined, access);
      // Authorization belongs to the upstream here.
      if (problem?.status !== 401) return problem;
      return { ...problem, hint: "send it as X-API-KEY; Authorization goes to the provider" };
    }
    case "body":
      return undefined;
  }
}

function accessByMethod({ method }: RequestHead): Access {
  return method === "GET" || method === "HEAD" || method === "OPTIONS" ? "read" : "write";
}

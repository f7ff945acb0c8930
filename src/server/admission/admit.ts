import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Problem } from "../problem.ts";
import type { RequestHead, RouteGroup } from "../route-group.ts";
import { checkBodyHead } from "./check-body-head.ts";
import { type Access, type Keyring, keyOfHeaders } from "./check-key.ts";

const unsafe = /\\|%(?:[01][0-9a-f]|7f|2f|5c)/i;

/**
 * Refuses paths that the router and the file system could read differently: encoded slashes, backslashes,
 * control characters, dot segments. Paths that are passed through keep encoded slashes for the upstream.
 */
function checkPath(path: string, isPassedThrough: boolean): Problem | undefined {
  const checked = isPassedThrough ? path.replace(/%2f/gi, "/") : path;
  if (unsafe.test(checked) || !isDecodable(checked) || checked.split("/").some(isDotSegment)) {
    return {
      status: 400,
      code: "path_invalid",
      message: "the path contains an encoded slash, a backslash, NUL, a dot segment or an invalid %-sequence",
    };
  }
  return undefined;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

/** Settings of the admission checks. */
export interface AdmissionPolicy extends HostPolicy {
  readonly keyring: Keyring;
  readonly bodyLimitBytes: number;
}

/** The requirements of a route group. */
type GroupPolicy = Pick<
  RouteGroup,
  "access" | "contentTypes" | "contentCodings" | "keyPlace" | "isPassedThrough" | "decodesSlashes"
>;

/** Runs all checks on a request before its body is read, in order. */
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
      // The Authorization header is for the upstream.
      if (problem?.status !== 401) return problem;
      return { ...problem, hint: "send it as X-API-KEY; Authorization is for the provider" };
    }
    case "body":
      return undefined;
  }
}

function accessByMethod({ method }: RequestHead): Access {
  return method === "GET" || method === "HEAD" || method === "OPTIONS" ? "read" : "write";
}

/** Refuses requests from pages of other origins. No CORS headers are sent. */
function checkOrigin({ origin, host, ...headers }: IncomingHttpHeaders): Problem | undefined {
  const isForeign =
    (origin !== undefined && origin.replace(/^https?:\/\//, "").toLowerCase() !== host?.toLowerCase()) ||
    (headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-mode"] !== "navigate");
  if (!isForeign) return undefined;
  return {
    status: 403,
    code: "origin_refused",
    message: `pages of ${origin ?? "another site"} may not call this server`,
  };
}

/**
 * Requires an origin-form target and a single Host header. An absolute URL (RFC 9112, 3.2.2) or a second Host
 * header could be checked and routed differently.
 */
function checkTarget({
  url = "",
  rawHeaders,
}: Pick<IncomingMessage, "url" | "rawHeaders">): Problem | undefined {
  if (!url.startsWith("/")) {
    return { status: 400, code: "path_invalid", message: "the request target is not a path" };
  }
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
  if (hosts <= 1) return undefined;
  return { status: 400, code: "host_invalid", message: "the request has more than one Host header" };
}

interface HostPolicy {
  /** Address the server listens on. */
  readonly listensOn: string;
  /** Allowed host names besides the loopback ones. */
  readonly allowedHosts: readonly string[];
}

/**
 * Prevents DNS rebinding: a web page can make a browser call a local server under the page's host name. On
 * loopback only loopback names are accepted. Other addresses require a key and accept any name unless a list
 * is given.
 */
function checkHost(header: string | undefined, { listensOn, allowedHosts }: HostPolicy): Problem | undefined {
  const host = hostOf(header);
  if (host === undefined)
    return { status: 400, code: "host_invalid", message: "the Host header is not a valid host" };
  if (isLoopbackHost(host) || allowedHosts.includes(host)) return undefined;
  const isOpen = allowedHosts.length === 0 && !isLoopbackHost(listensOn);
  if (isOpen || (!isLoopbackHost(listensOn) && isIP(host) !== 0)) return undefined;
  return {
    status: 421,
    code: "host_refused",
    message: `this server does not accept requests for the host "${host}"`,
    hint: `use its address or start it with --allow-host ${host}`,
  };
}

/** The lower-case host of a Host header, without port and IPv6 brackets. */
function hostOf(header: string | undefined): string | undefined {
  const [, bracketed, plain] =
    /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? "") ?? [];
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, "");
}

/** `localhost`, `*.localhost` (RFC 6761), 127.0.0.0/8 and ::1. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d{1,3}){3}|::1)$/i.test(host.replace(/^\[|\]$/g, ""));
}

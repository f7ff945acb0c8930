import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Problem } from "../problem.ts";
import type { RequestHead, RouteGroup } from "../route-group.ts";
import { checkBodyHead } from "./check-body-head.ts";
import { type Access, type Keyring, keyOfHeaders } from "./check-key.ts";

const unsafe = /\\|%(?:[01][0-9a-f]|7f|2f|5c)/i;

/**
 * Encoded slashes, backslashes and control characters (NUL first) would mean one path to the router and another one to a
 * folder; dot segments likewise. None has a use here. `passed` paths keep encoded slashes: they are the upstream's.
 */
function checkPath(path: string, isPassedThrough: boolean): Problem | undefined {
  const checked = isPassedThrough ? path.replace(/%2f/gi, "/") : path;
  if (unsafe.test(checked) || !isDecodable(checked) || checked.split("/").some(isDotSegment)) {
    return {
      status: 400,
      code: "path_invalid",
      message: "the path holds an encoded slash, a backslash, NUL, a dot segment or a broken %-sequence",
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

/** What the door goes by. */
export interface AdmissionPolicy extends HostPolicy {
  readonly keyring: Keyring;
  readonly bodyLimitBytes: number;
}

/** What a group asks of its requests. */
type GroupPolicy = Pick<
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

/** Pages of other origins get nothing: no CORS headers are sent, and what they send without asking is refused. */
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
 * A request names a path and one host. A whole URL as the target (RFC 9112, 3.2.2) would be routed by its path and
 * checked as another one; of two Host headers one would be checked and the other believed.
 */
function checkTarget({
  url = "",
  rawHeaders,
}: Pick<IncomingMessage, "url" | "rawHeaders">): Problem | undefined {
  if (!url.startsWith("/")) {
    return { status: 400, code: "path_invalid", message: "the target of the request is no path" };
  }
  const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
  if (hosts <= 1) return undefined;
  return { status: 400, code: "host_invalid", message: "the request has more than one Host header" };
}

interface HostPolicy {
  /** Address the server listens on. */
  readonly listensOn: string;
  /** Names it may be called by, besides the loopback ones. */
  readonly allowedHosts: readonly string[];
}

/**
 * A page of another site can make a browser call a server on this machine by a name of that site (DNS rebinding);
 * the Host header then holds that name. On loopback only loopback's own names are taken. On another address,
 * which needs a key, any name goes unless some are given.
 */
function checkHost(header: string | undefined, { listensOn, allowedHosts }: HostPolicy): Problem | undefined {
  const host = hostOf(header);
  if (host === undefined)
    return { status: 400, code: "host_invalid", message: "the Host header is not a host" };
  if (isLoopbackHost(host) || allowedHosts.includes(host)) return undefined;
  const isOpen = allowedHosts.length === 0 && !isLoopbackHost(listensOn);
  if (isOpen || (!isLoopbackHost(listensOn) && isIP(host) !== 0)) return undefined;
  return {
    status: 421,
    code: "host_refused",
    message: `this server does not answer to the name "${host}"`,
    hint: `call it by its address, or start it with --allow-host ${host}`,
  };
}

/** Host of a header in small letters, without port and without the brackets of an IPv6 address. */
function hostOf(header: string | undefined): string | undefined {
  const [, bracketed, plain] =
    /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? "") ?? [];
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, "");
}

/** `localhost`, what ends in `.localhost` (RFC 6761), 127.0.0.0/8 and ::1. */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d{1,3}){3}|::1)$/i.test(host.replace(/^\[|\]$/g, ""));
}

import type { IncomingHttpHeaders } from "node:http";
import { createSecretMask, maskOf } from "../../core/text/secret.ts";
import type { Trace } from "../../core/trace.ts";
import { keyPattern } from "../../traces/redaction/detect/api-keys.ts";

const secretName = /key|token|secret|auth|cookie|password|credential|signature/i;
/** Body members that hold credentials; stricter than for headers, where such names have no other use. */
const secretMember =
  /^(?:.*[_-])?(?:api[_-]?key|secret|password|passwd|authorization|credentials?|(?:access|auth|bearer|id|refresh)[_-]?token|(?:client|private|secret|access)[_-]?(?:secret|key))$|^token$|apiKey$/i;
/** Longer texts are images and documents, too slow to search for keys. */
const longestSearched = 1024 * 1024;
const byForm = maskOf([keyPattern]);

/**
 * Hides credentials in what is recorded of a call: providers quote keys in their refusals, models in their answers,
 * and applications put them in odd places. Credentials are the headers, query values and members that look like it
 * by name, wherever they are quoted, and what has the form of a known provider's key.
 */
export function maskCredentials(headers: IncomingHttpHeaders, query: string): (trace: Trace) => Trace {
  return (trace) => {
    const secrets = [...credentialsOf(headers, query)];
    let length = 0;
    visit(trace, undefined, (text, name) => {
      length += text.length;
      if (name !== undefined && secretMember.test(name)) secrets.push(text);
    });
    const masked = createSecretMask(secrets).deep(trace);
    return length > longestSearched ? masked : byForm.deep(masked);
  };
}

function credentialsOf(headers: IncomingHttpHeaders, query: string): readonly string[] {
  const fromHeaders = Object.entries(headers)
    .filter(([name]) => secretName.test(name))
    .flatMap(([, value]) => [value ?? []].flat())
    .flatMap((value) => [value, ...value.split(/[\s;,=]+/)]);
  const fromQuery = [...new URLSearchParams(query)]
    .filter(([name]) => secretName.test(name) || name === "sig")
    .map(([, value]) => value);
  return [...fromHeaders, ...fromQuery];
}

function visit(
  value: unknown,
  name: string | undefined,
  see: (text: string, name: string | undefined) => void,
): void {
  if (typeof value === "string") see(value, name);
  else if (Array.isArray(value)) for (const item of value) visit(item, name, see);
  else if (typeof value === "object" && value !== null)
    for (const key of Object.keys(value)) visit((value as Record<string, unknown>)[key], key, see);
}

/**
 * Headers of a single connection (RFC 9110, 7.6.1), `host`, which the upstream sets, and `expect`, which is
 * answered here.
 */
const oneHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const ownPrefix = "x-dao-opt-";
/** Codings that can be decoded; answers in other codings could not be recorded. */
const readable = /^(?:gzip|x-gzip|deflate|br|identity)$/;

interface ForwardedRequest {
  /** Name, value, name, value … in the original order and spelling. */
  readonly rawHeaders: readonly string[];
  /** Whether answers are recorded, so that their coding matters. */
  readonly isRecorded: boolean;
  /** Lower-case names of headers meant for this server. */
  readonly dropped: ReadonlySet<string>;
  /** From the upstream's address; the caller's header takes precedence. */
  readonly authorization?: string | undefined;
}

/** Request headers as sent to the upstream. */
export function requestHeaders({
  rawHeaders,
  isRecorded,
  dropped,
  authorization,
}: ForwardedRequest): string[] {
  const named = connectionNames(rawHeaders);
  const sent: string[] = [];
  let hasAuthorization = false;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    const value = rawHeaders[at + 1] ?? "";
    const lower = name.toLowerCase();
    const stays =
      oneHop.has(lower) || named.has(lower) || lower === "host" || lower === "expect" || dropped.has(lower);
    if (stays || lower.startsWith(ownPrefix)) continue;
    if (lower === "authorization") hasAuthorization = true;
    sent.push(name, isRecorded && lower === "accept-encoding" ? readableCodings(value) : value);
  }
  if (authorization !== undefined && !hasAuthorization) sent.push("authorization", authorization);
  return sent;
}

/** Response headers for the caller, in the same flat format. */
export function responseHeaders(raw: readonly (Buffer | string)[]): string[] {
  const flat = raw.map((part) => (typeof part === "string" ? part : part.toString("latin1")));
  const named = connectionNames(flat);
  const kept: string[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = flat[at] ?? "";
    const lower = name.toLowerCase();
    if (!oneHop.has(lower) && !named.has(lower)) kept.push(name, flat[at + 1] ?? "");
  }
  return kept;
}

/** `Connection: close, X-Once` makes `X-Once` a single-hop header too. */
function connectionNames(flat: readonly string[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (let at = 0; at + 1 < flat.length; at += 2) {
    if (flat[at]?.toLowerCase() !== "connection") continue;
    for (const name of (flat[at + 1] ?? "").split(",")) names.add(name.trim().toLowerCase());
  }
  return names;
}

function readableCodings(value: string): string {
  const kept = value
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => readable.test(coding.replace(/;.*$/s, "").trim().toLowerCase()));
  return kept.length === 0 ? "identity" : kept.join(", ");
}

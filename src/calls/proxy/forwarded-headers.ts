import type { IncomingHttpHeaders } from "node:http";
import { createSecretMask, maskOf } from "../../core/text/secret-mask.ts";
import type { Trace } from "../../core/trace.ts";
import { keyPattern } from "../../traces/redaction/detect/key-patterns.ts";

const secretName = /key|token|secret|auth|cookie|password|credential|signature/i;
/** Members of a body that hold credentials; stricter than of headers, where nothing else is named so. */
const secretMember =
  /^(?:.*[_-])?(?:api[_-]?key|secret|password|passwd|authorization|credentials?|(?:access|auth|bearer|id|refresh)[_-]?token|(?:client|private|secret|access)[_-]?(?:secret|key))$|^token$|apiKey$/i;
/** Longer texts are pictures and documents; looking for the form of keys in them would take too long. */
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

/** Names of one connection only (RFC 9110, 7.6.1), `host`, which is the upstream's own, and `expect`, answered here. */
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
/** What a copy can be decoded from; an answer in another coding could not be recorded. */
const readable = /^(?:gzip|x-gzip|deflate|br|identity)$/;

interface ForwardedRequest {
  /** Name, value, name, value … in the order and the spelling they came in. */
  readonly rawHeaders: readonly string[];
  /** Are answers of this call recorded, so that their coding matters? */
  readonly isRecorded: boolean;
  /** Header names, in small letters, that were meant for this server. */
  readonly dropped: ReadonlySet<string>;
  /** Of the upstream's address; a header of the caller's goes before. */
  readonly authorization?: string | undefined;
}

/** Headers of a request as the upstream gets them. */
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

/** Headers of an answer as the caller gets them, as flat as they came. */
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

/** `Connection: close, X-Once` makes `X-Once` a header of one hop too. */
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

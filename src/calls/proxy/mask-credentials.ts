import type { IncomingHttpHeaders } from "node:http";
import type { Trace } from "../../core/trace.ts";

const shortestMasked = 8;
const secretName = /key|token|secret|auth|cookie|password|credential|signature/i;
const mask = "[secret]";

/**
 * Hides a call's own credentials in what is recorded of it: providers quote keys in their refusals, and
 * applications put them in odd places. Credentials are the headers and query values that look like it by name.
 */
export function maskCredentials(headers: IncomingHttpHeaders, query: string): (trace: Trace) => Trace {
  const secrets = credentialsOf(headers, query);
  const isSecret = (text: string) => secrets.some((secret) => text.includes(secret));
  const maskText = (text: string) =>
    secrets.reduce((masked, secret) => masked.replaceAll(secret, mask), text);
  // Hardly any call quotes its credentials, and a copy of every trace would cost more than the look.
  return (trace) => (holds(trace, isSecret) ? (mapTexts(trace, maskText) as Trace) : trace);
}

function credentialsOf(headers: IncomingHttpHeaders, query: string): readonly string[] {
  const fromHeaders = Object.entries(headers)
    .filter(([name]) => secretName.test(name))
    .flatMap(([, value]) => [value ?? []].flat())
    .flatMap((value) => [value, ...value.split(/[\s;,=]+/)]);
  const fromQuery = [...new URLSearchParams(query)]
    .filter(([name]) => secretName.test(name) || name === "sig")
    .map(([, value]) => value);
  return (
    [...new Set([...fromHeaders, ...fromQuery])]
      .filter((value) => value.length >= shortestMasked)
      // Longest first: a value that holds another one must go before its part does.
      .sort((one, other) => other.length - one.length)
  );
}

/** Keys are texts too: a body may well use a credential as one. */
function holds(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === "string") return test(value);
  if (Array.isArray(value)) return value.some((item) => holds(item, test));
  if (typeof value !== "object" || value === null) return false;
  for (const key of Object.keys(value)) {
    if (test(key) || holds((value as Record<string, unknown>)[key], test)) return true;
  }
  return false;
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") return map(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [map(key), mapTexts(member, map)]));
}

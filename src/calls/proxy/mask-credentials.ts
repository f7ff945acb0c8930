import type { IncomingHttpHeaders } from "node:http";
import { createSecretMask, maskOf } from "../../core/text/secret.ts";
import type { Trace } from "../../core/trace.ts";
import { keyPattern } from "../../traces/redaction/detect/api-keys.ts";

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

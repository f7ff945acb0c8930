import { UsageError } from "../../../core/errors.ts";
import { shownUrl } from "../../../models/secret-mask.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import { parseReference } from "../../../registry/lookup/reference.ts";
import type { PromptCallRequest } from "../prompt-call.ts";

const suffix = "_endpoint";

/**
 * Throws UsageError for an endpoint that comes with a call and whose origin is not allowed, or that has no key of
 * the call's own to go with it: a server would ask whatever address its callers name, and could be made to reach
 * what only it can. `allowed` undefined allows every origin.
 */
export function checkEndpoints(
  keys: Readonly<Record<string, string>>,
  allowed: readonly string[] | undefined,
): void {
  for (const [name, address] of Object.entries(keys)) {
    if (!name.endsWith(suffix) || address === "") continue;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      throw new UsageError(`provider_api_keys.${name} is no address: ${shownUrl(address)}`, {
        hint: "write it as https://name.openai.azure.com",
      });
    }
    if (allowed !== undefined && !allowed.includes(url.origin)) {
      throw new UsageError(`provider_api_keys.${name}: this server asks no endpoint at ${url.origin}`, {
        hint: `start it with --allow-endpoint ${url.origin}, or leave the endpoint out`,
      });
    }
    if (!hasOwnKey(keys, name.slice(0, -suffix.length))) {
      throw new UsageError(`provider_api_keys.${name} comes without the key that goes with it`, {
        hint: "give both: keys of this server are sent to its own endpoints only",
      });
    }
  }
}

/** `openai_azure_endpoint` goes with `openai_azure` or `azure`. */
function hasOwnKey(keys: Readonly<Record<string, string>>, provider: string): boolean {
  return [provider, provider.replace(/^openai_/, ""), `openai_${provider}`].some(
    (name) => keys[name] !== undefined && keys[name] !== "",
  );
}

/**
 * Throws ConfigError for details with values that no request may bring, and UsageError for details beside an
 * environment: it holds a version of its own, and which of the two is meant cannot be known.
 */
export function checkGivenDetails({ prompt, path, environment }: PromptCallRequest): void {
  if (prompt === undefined) return;
  checkValues(prompt.model, "the call", "prompt.");
  const selector = path === undefined ? undefined : parseReference(path).selector;
  const named =
    environment === undefined
      ? selector === undefined
        ? undefined
        : `the selector @${selector}`
      : `the environment ${environment}`;
  if (named === undefined) return;
  throw new UsageError(`the call gives details of a prompt together with ${named}`, {
    hint: "give either of them: details are a version of their own",
  });
}

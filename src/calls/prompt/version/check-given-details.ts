import { UsageError } from "../../../core/errors.ts";
import { shownUrl } from "../../../models/secret-mask.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import { parseReference } from "../../../registry/lookup/reference.ts";
import type { PromptCallRequest } from "../prompt-call.ts";

const suffix = "_endpoint";

/**
 * Throws UsageError for an endpoint from a call whose origin is not allowed or that has no key of its own:
 * otherwise a server would send requests to any address its callers name, including internal ones. `allowed`
 * undefined allows every origin.
 */
export function checkEndpoints(
  keys: Readonly<Record<string, string>>,
  allowed: readonly string[] | undefined,
): void {
  for (const [name, address] of Object.entries(keys)) {
    if (!name.endsWith(suffix) || address === "") continue;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      throw new UsageError(`provider_api_keys.${name} is not a valid address: ${shownUrl(address)}`, {
        hint: "write it as https://name.openai.azure.com",
      });
    }
    if (allowed !== undefined && !allowed.includes(url.origin)) {
      throw new UsageError(
        `provider_api_keys.${name}: this server does not allow the endpoint ${url.origin}`,
        {
          hint: `start the server with --allow-endpoint ${url.origin}, or omit the endpoint`,
        },
      );
    }
    if (!hasOwnKey(keys, name.slice(0, -suffix.length))) {
      throw new UsageError(`provider_api_keys.${name} has no matching key`, {
        hint: "pass both: keys of this server are only sent to its own endpoints",
      });
    }
  }
}

/** `openai_azure_endpoint` belongs to `openai_azure` or `azure`. */
function hasOwnKey(keys: Readonly<Record<string, string>>, provider: string): boolean {
  return [provider, provider.replace(/^openai_/, ""), `openai_${provider}`].some(
    (name) => keys[name] !== undefined && keys[name] !== "",
  );
}

/**
 * Throws ConfigError for details with values that requests may not set, and UsageError for details combined with
 * an environment or version selector: it is unclear which one is meant.
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
  throw new UsageError(`the call has details of a prompt together with ${named}`, {
    hint: "pass only one of them: details are a version of their own",
  });
}

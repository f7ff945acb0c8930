import { UsageError } from "../../../core/errors.ts";
import { checkValues } from "../../../registry/changes/allowed-values.ts";
import { parseReference } from "../../../registry/lookup/reference.ts";
import type { PromptCallRequest } from "../prompt-call.ts";

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

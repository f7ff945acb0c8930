import type { ModelLayer } from "../../contracts/language-model.ts";
import { isDaoOptError, ModelError, type ModelErrorDetails } from "../../core/errors.ts";
import { withComplete } from "./with-complete.ts";

/**
 * Lets nothing but ModelErrors out of a provider. A user's provider module may throw anything;
 * `translate` makes of it what it would be if the `openai` client had thrown it.
 */
export function errorGuard(translate: (error: unknown) => ModelError): ModelLayer {
  return (model) =>
    withComplete(model, async (request) => {
      try {
        return await model.complete(request);
      } catch (error) {
        if (error instanceof ModelError) throw error;
        throw isForeignCopy(error) ? new ModelError(error.message, error) : translate(error);
      }
    });
}

/** A ModelError made by another copy of this package, the one a user's module imports. */
function isForeignCopy(error: unknown): error is Error & ModelErrorDetails {
  return isDaoOptError(error) && error.name === "ModelError" && "kind" in error;
}

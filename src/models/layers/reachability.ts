import type { ModelLayer } from "../../contracts/language-model.ts";
import { ModelError, type ModelErrorKind } from "../../core/errors.ts";
import { withComplete } from "./with-complete.ts";

/** Which endpoints have answered anything at all, in this process. */
export interface Reachability {
  /** Under the retry layer: notices that an endpoint answered, if only with an error, or that nobody listens. */
  watch(endpoint: string): ModelLayer;
  /** Over the retry layer: a connection that failed to the end, at an endpoint that never answered. */
  judge(endpoint: string): ModelLayer;
}

const answeredKinds: ReadonlySet<ModelErrorKind> = new Set([
  "malformed",
  "empty",
  "content_filter",
  "length",
]);

/**
 * Decides when a failing connection means "nobody is there" rather than "it broke just now": when
 * the endpoint has never answered, and all attempts failed, or the first was refused. The run then ends at once.
 */
export function createReachability(): Reachability {
  const answered = new Set<string>();
  return {
    watch: (endpoint) => (model) =>
      withComplete(model, async (request) => {
        try {
          const completion = await model.complete(request);
          answered.add(endpoint);
          return completion;
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          if (provesAnAnswer(error)) answered.add(endpoint);
          // Nobody listens there, and nobody ever did: a further attempt would only look like a hang.
          if (error.systemCode === "ECONNREFUSED" && !answered.has(endpoint))
            throw unreachable(error, endpoint);
          throw error;
        }
      }),
    judge: (endpoint) => (model) =>
      withComplete(model, async (request) => {
        try {
          return await model.complete(request);
        } catch (error) {
          if (!(error instanceof ModelError) || error.kind !== "connection" || answered.has(endpoint))
            throw error;
          throw unreachable(error, endpoint);
        }
      }),
  };
}

function unreachable({ message, cause, systemCode }: ModelError, endpoint: string): ModelError {
  return new ModelError(message, {
    kind: "unreachable",
    hint: `nothing at ${endpoint} has answered so far: is it running, and is base_url right?`,
    cause,
    systemCode,
  });
}

function provesAnAnswer(error: ModelError): boolean {
  return error.status !== undefined || answeredKinds.has(error.kind);
}

import type { ModelLayer } from "../../contracts/language-model.ts";
import { ModelError, type ModelErrorKind } from "../../core/errors.ts";
import { withComplete } from "./with-complete.ts";

/** Records which endpoints have responded in this process. */
export interface Reachability {
  /**
   * Belongs below the retry layer: records that an endpoint responded, even with an error, or refused the
   * connection.
   */
  watch(endpoint: string): ModelLayer;
  /** Belongs above the retry layer: converts the final connection error of an endpoint that never responded. */
  judge(endpoint: string): ModelLayer;
}

const answeredKinds: ReadonlySet<ModelErrorKind> = new Set([
  "malformed",
  "empty",
  "content_filter",
  "length",
]);

/**
 * Distinguishes an unreachable endpoint from a dropped connection: an endpoint is unreachable if it never
 * responded and all attempts failed, or the first was refused. The run then ends at once.
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
          // The endpoint refuses connections and never responded: a retry would only look like a hang.
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
    hint: `no response from ${endpoint} so far: check that it is running and that base_url is correct`,
    cause,
    systemCode,
  });
}

function provesAnAnswer(error: ModelError): boolean {
  return error.status !== undefined || answeredKinds.has(error.kind);
}

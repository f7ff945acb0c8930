import { ModelError, OptimizationError } from "../../core/errors.ts";

/** Why a reflection failed; failures with an equal `cause` have the same reason. */
export interface ReflectionFailure {
  readonly cause: string;
  readonly reason: string;
  /** Present if the model returned no answer. */
  readonly error?: ModelError;
}

/** Ends a search because no reply was usable; its results until then stay valid. */
export class ReflectionsError extends OptimizationError {
  override readonly name = "OptimizationError";
}

/** Ends a search after repeated reflection failures with the same cause. */
export interface ReflectionFailureCount {
  /** Throws on the third consecutive failure with one cause: its ModelError, or a ReflectionsError. */
  note(failure: ReflectionFailure): void;
  noteSuccess(): void;
}

const mostInARow = 3;

export function createReflectionFailureCount(): ReflectionFailureCount {
  let cause = "";
  let inARow = 0;
  return {
    note(failure) {
      inARow = failure.cause === cause ? inARow + 1 : 1;
      cause = failure.cause;
      if (inARow < mostInARow) return;
      throw (
        failure.error ??
        new ReflectionsError(
          `${mostInARow} reflections in a row returned nothing usable: ${failure.reason}`,
          {
            hint: "choose another reflection_model, or raise its max_tokens",
          },
        )
      );
    },
    noteSuccess() {
      inARow = 0;
    },
  };
}

/** A failure that does not end the search; undefined for errors that must end it. */
export function survivableFailure(error: unknown): ReflectionFailure | undefined {
  if (!(error instanceof ModelError) || error.endsRun) return undefined;
  return { cause: `model ${error.kind} ${error.status ?? ""}`, reason: error.message, error };
}

import { ModelError, OptimizationError } from "../../core/errors.ts";

/** Why a reflection brought nothing; an equal `cause` means the same trouble. */
export interface ReflectionFailure {
  readonly cause: string;
  readonly reason: string;
  /** Present when the model brought no answer at all. */
  readonly error?: ModelError;
}

/** Replies came, and none could be used: ends a search, and what it has found until then stands. */
export class ReflectionsError extends OptimizationError {
  override readonly name = "OptimizationError";
}

/** Ends a search whose reflections fail again and again for one cause. */
export interface ReflectionFailureCount {
  /** Throws the cause when it is the third of its kind in a row: the ModelError, or a ReflectionsError. */
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
        new ReflectionsError(`${mostInARow} reflections in a row brought nothing usable: ${failure.reason}`, {
          hint: "choose another reflection_model, or give the one you have a larger max_tokens",
        })
      );
    },
    noteSuccess() {
      inARow = 0;
    },
  };
}

/** A failure that a search may survive; undefined for errors that must end it. */
export function survivableFailure(error: unknown): ReflectionFailure | undefined {
  if (!(error instanceof ModelError) || error.isFatal || error.kind === "aborted") return undefined;
  return { cause: `model ${error.kind} ${error.status ?? ""}`, reason: error.message, error };
}

import type { ErrorDetails, ScorerError } from "../../core/errors.ts";

/** Makes the error of one scorer on one row; `what` follows the scorer's name. */
export type Fail = (what: string, details?: ErrorDetails) => ScorerError;

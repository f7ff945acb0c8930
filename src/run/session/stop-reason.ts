import type { StopReason } from "../../contracts/run-record.ts";
import { type DaoOptError, InterruptedError, ModelError } from "../../core/errors.ts";

/** Why an error ended an optimization that can be gone on with; null for any other error. */
export function stopReasonOf(error: DaoOptError): StopReason | null {
  if (error instanceof InterruptedError) return "interrupted";
  if (!(error instanceof ModelError)) return null;
  if (error.kind === "rate_limit_exceeded") return "rate_limit";
  return error.kind === "quota" ? "quota" : null;
}

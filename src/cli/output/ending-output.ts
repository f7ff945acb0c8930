import { z } from "zod";
import { type DaoOptError, InterruptedError } from "../../core/errors.ts";
import { errorOutput } from "./error-output.ts";

/** Statuses of a command that asks models. */
export const endingSchema = z.enum(["completed", "budget", "interrupted", "failed"]);

export function endingOutput(error: DaoOptError | undefined): z.output<typeof endingSchema> {
  if (error === undefined) return "completed";
  if (!(error instanceof InterruptedError)) return "failed";
  return error.reason === "SIGINT" || error.reason === "SIGTERM" ? "interrupted" : "budget";
}

/** The error that ended a command early; its other output still holds. */
export const endingErrorSchema = z
  .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
  .nullable();

export function endingErrorOutput(error: DaoOptError | undefined): z.output<typeof endingErrorSchema> {
  if (error === undefined) return null;
  const { code, message, hint } = errorOutput(error).error;
  return { code, message, hint };
}

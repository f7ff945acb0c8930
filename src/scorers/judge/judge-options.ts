import { z } from "zod";
import { cutEnd } from "../text/quote.ts";

/** The option every judge has. */
export const instructionsOption = z
  .string()
  .trim()
  .min(1)
  .optional()
  .describe("Further rules for the judge, in words.");

/** The judge's reason, always asked for: it is what a reflection learns from. */
export const rationale = z
  .string()
  .trim()
  .min(1)
  .transform((text) => cutEnd(text, 1000));

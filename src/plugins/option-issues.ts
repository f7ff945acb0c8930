import type { z } from "zod";
import { nearNames } from "../core/text/near-names.ts";

/** One mistake in the options of a plugin. */
export interface OptionIssue {
  /** Path within the options; empty if the mistake concerns all of them. */
  readonly path: readonly string[];
  readonly message: string;
  readonly hint?: string;
}

/** The mistakes that a plugin's schema finds, with each unknown option and the nearest known name. */
export function optionIssues(schema: z.ZodType, error: z.ZodError): readonly OptionIssue[] {
  const known = knownOptions(schema);
  return error.issues.flatMap((issue): OptionIssue[] => {
    const path = issue.path.map(String);
    if (issue.code !== "unrecognized_keys" || path.length > 0) return [{ path, message: issue.message }];
    return issue.keys.map((key) => {
      const near = nearNames(key, known);
      return {
        path: [key],
        message: "unknown option",
        ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(" or ")}?` }),
      };
    });
  });
}

/** A user's schema may come from another copy of zod, so `instanceof` would fail. */
export function knownOptions(schema: z.ZodType): readonly string[] {
  const { shape } = schema as { shape?: unknown };
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

import type { z } from "zod";
import { nearNames } from "../core/text/near-names.ts";

/** One mistake in the options of a plug-in. */
export interface OptionIssue {
  /** Within the options; empty where it is about all of them. */
  readonly path: readonly string[];
  readonly message: string;
  readonly hint?: string;
}

/** What a plug-in's schema refuses: each unknown option by its name, with the nearest there is. */
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

/** A user's schema may come from another copy of zod: it is asked by shape, not by class. */
export function knownOptions(schema: z.ZodType): readonly string[] {
  const { shape } = schema as { shape?: unknown };
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

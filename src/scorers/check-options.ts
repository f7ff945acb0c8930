import type { z } from "zod";
import type { ScorerPlugin } from "../contracts/plugin.ts";
import { PluginError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import { nearNames } from "../core/near-names.ts";

/** A scorer's options, checked and completed. PluginError that tells every mistake in them, a line each. */
export function checkOptions(plugin: ScorerPlugin, name: string, given: JsonObject): unknown {
  const parsed = plugin.options.safeParse(given);
  if (parsed.success) return parsed.data;
  const known = knownKeys(plugin.options);
  const lines = parsed.error.issues
    .flatMap((issue) => describeIssue(issue, known))
    .map((line) => `scorer ${name}: ${line}`);
  throw new PluginError(
    lines.join("\n"),
    known.length === 0 ? {} : { hint: `its options: ${known.join(", ")}` },
  );
}

function describeIssue(issue: z.core.$ZodIssue, known: readonly string[]): string[] {
  const place = ["options", ...issue.path.map(String)].join(".");
  if (issue.code !== "unrecognized_keys" || issue.path.length > 0) return [`${place}: ${issue.message}`];
  return issue.keys.map((key) => {
    const near = nearNames(key, known);
    return `${place}.${key}: unknown option${near.length === 0 ? "" : `; did you mean ${near.join(" or ")}?`}`;
  });
}

/** A user's schema may come from another copy of zod: it is asked by shape, not by class. */
function knownKeys(schema: z.ZodType): readonly string[] {
  const { shape } = schema as { shape?: unknown };
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

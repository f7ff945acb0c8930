import type { ScorerPlugin } from "../contracts/plugin.ts";
import type { JsonObject } from "../core/data/json.ts";
import { PluginError } from "../core/errors.ts";
import { knownOptions, optionIssues } from "../plugins/option-issues.ts";

/** A scorer's options, checked and completed. PluginError that tells every mistake in them, a line each. */
export function checkOptions(plugin: ScorerPlugin, name: string, given: JsonObject): unknown {
  const parsed = plugin.options.safeParse(given);
  if (parsed.success) return parsed.data;
  const known = knownOptions(plugin.options);
  const lines = optionIssues(plugin.options, parsed.error).map(({ path, message, hint }) => {
    const guess = hint === undefined ? "" : `; ${hint}`;
    return `scorer ${name}: ${["options", ...path].join(".")}: ${message}${guess}`;
  });
  throw new PluginError(
    lines.join("\n"),
    known.length === 0 ? {} : { hint: `its options: ${known.join(", ")}` },
  );
}

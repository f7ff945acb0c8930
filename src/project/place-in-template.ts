import type { Config } from "../config/config.ts";
import type { SourcePlace } from "../config/source-places.ts";
import type { PlannedPrompt } from "../contracts/run-plan.ts";

/** Where the config's own template holds what the pattern finds; undefined for a version of the registry. */
export function placeInTemplate(
  { template, baseVersion }: Pick<PlannedPrompt, "template" | "baseVersion">,
  path: string,
  pattern: RegExp,
  { locate }: Pick<Config, "locate">,
): SourcePlace | undefined {
  if (baseVersion !== null) return undefined;
  const texts =
    typeof template === "string"
      ? [{ text: template, at: path }]
      : template.map(({ content }, at) => ({ text: content, at: `${path}.${at}.content` }));
  for (const { text, at } of texts) {
    const found = pattern.exec(text);
    if (found !== null) return locate(at, { text, offset: found.index, length: found[0].length });
  }
  return undefined;
}

/** The text as a pattern that matches just that. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

import type { KeyPath } from "../key-path.ts";
import type { Stretch } from "../source-places.ts";
import type { RuleContext } from "./rule.ts";

const templateKeys = ["default_template", "template", "file"] as const;

/** The texts of a prompt's template with the places they are written at. */
export function templateTexts(
  { things, references }: Pick<RuleContext, "things" | "references">,
  key: string,
): readonly { readonly text: string; readonly at: KeyPath }[] {
  const thing = references.prompt.things.get(key);
  const { template } = things.prompts[key] ?? {};
  if (thing === undefined || template === undefined) return [];
  const field = templateKeys.find((name) => thing.written[name] !== undefined) ?? "default_template";
  const place: KeyPath = [...thing.path, field];
  return typeof template === "string"
    ? [{ text: template, at: place }]
    : template.map(({ content }, at) => ({ text: content, at: [...place, String(at), "content"] }));
}

export function stretchOf(text: string, { 0: found, index }: RegExpExecArray): Stretch {
  return { text, offset: index, length: found.length };
}

import type { PromptTexts } from "../../core/prompt/candidate.ts";
import { fenced } from "./fence.ts";

/** The texts of a prompt that a rewrite leaves alone; nothing when there is but one. */
export function otherTextsSection(texts: PromptTexts, name: string): readonly string[] {
  const others = Object.entries(texts).filter(([other]) => other !== name);
  if (others.length === 0) return [];
  const shown = others.map(([other, text]) => fenced(text, other)).join("\n\n");
  return [`# Other texts of the same prompt\n\nThey stay as they are.\n\n${shown}`];
}

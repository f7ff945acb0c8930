import type { PromptContractText } from "../../contracts/optimizer.ts";
import { fenced } from "./fence.ts";

/** What one text must keep, word for word, as the reflection model is told it. */
export function contractSection(contract: PromptContractText, name: string, text: string): string {
  const variables = contract.variables[name] ?? [];
  const locked = contract.locked.filter((span) => text.includes(span));
  const { maxPromptTokens } = contract;
  return [
    "# What must stay",
    variables.length === 0
      ? "The text has no variables. Do not write anything in double braces."
      : [
          "These variables, written exactly so, each at least once, and no others:",
          ...variables.map((variable) => `- {{${variable}}}`),
        ].join("\n"),
    ...(locked.length === 0 ? [] : ["These passages, word for word:", ...locked.map((span) => fenced(span))]),
    ...(maxPromptTokens === undefined
      ? []
      : [`All texts of the prompt together take at most about ${maxPromptTokens} tokens.`]),
  ].join("\n\n");
}

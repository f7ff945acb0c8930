import { startsWithTag } from "./message-tags.ts";
import { type PromptFile, parsePromptFile, parsePromptKeys } from "./parse-prompt-file.ts";

/**
 * A prompt as somebody wrote it: a `.prompt` file, or the same keys as YAML or JSON with the text under
 * `template`. Which one it is follows from the file's ending, and where there is none (standard input) from
 * how it starts. Throws ConfigError with every mistake and its place.
 */
export function readPromptInput(text: string, file: string): PromptFile {
  const isKeys = /\.(?:json|ya?ml)$/i.test(file) || (!/\.prompt$/i.test(file) && looksLikeKeys(text));
  return isKeys ? parsePromptKeys(text.replace(/^\uFEFF/, ""), file) : parsePromptFile(text, file);
}

/** JSON, or YAML whose first key is the model, the template, or another of a prompt's. */
function looksLikeKeys(text: string): boolean {
  const start = text.replace(/^\uFEFF/, "").replace(/^(?:[ \t]*(?:#.*)?\r?\n)*/, "");
  if (/^---[ \t]*\r?\n/.test(start) && /\n---[ \t]*(?:\r?\n|$)/.test(start.slice(3))) return false;
  if (startsWithTag(start)) return false;
  const first = start.replace(/^---[ \t]*\r?\n/, "");
  return /^\{\s*"/.test(first) || /^(?:model|template|path|provider|endpoint|temperature)[ \t]*:/.test(first);
}

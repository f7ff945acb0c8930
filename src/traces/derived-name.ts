import { digestOf } from "../core/data/digest.ts";
import { isJsonObject } from "../core/data/json.ts";
import { type ChatMessage, messageText } from "../core/prompt/message.ts";
import type { Trace } from "../core/trace.ts";

const mostWords = 5;
const digestLength = 8;

/** A template in any syntax. Content that is not text is ignored. */
type NamedTemplate = string | readonly { readonly role: string; readonly content?: unknown }[];

/**
 * Derives a name for an unnamed prompt: first words and digest of its template. Without a template, uses the
 * system messages, which rarely change between calls, and without those all messages.
 */
export function derivedName(
  template: NamedTemplate | undefined,
  messages: readonly ChatMessage[] | undefined,
): string {
  return nameAfter(template ?? fixedPart(messages ?? []));
}

/**
 * Renames a redacted trace whose name was derived from its texts, so that the name does not contain removed
 * data. Other names stay.
 */
export function renameCleaned(before: Trace, cleaned: Trace): Trace {
  const { name } = before;
  if (name === undefined) return cleaned;
  const left = namedAfter(cleaned);
  for (const [index, text] of namedAfter(before).entries()) {
    const rest = left[index];
    if (text === undefined || rest === undefined || !isNameOf(name, text)) continue;
    if (allText(text) === allText(rest)) return cleaned;
    const renamed = nameAfter(rest);
    const prompt = before.prompt?.path === name ? { prompt: { ...cleaned.prompt, path: renamed } } : {};
    return { ...cleaned, name: renamed, ...prompt };
  }
  return cleaned;
}

/** The texts that a derived name may have been made from; equal positions correspond. */
function namedAfter({ prompt, metadata, messages }: Trace): readonly (NamedTemplate | undefined)[] {
  const written = metadata?.["template_as_written"];
  return [
    prompt?.template,
    typeof written === "string" || isMessages(written) ? written : undefined,
    messages === undefined ? undefined : fixedPart(messages),
  ];
}

function isMessages(value: unknown): value is readonly { readonly role: string }[] {
  return Array.isArray(value) && value.every((one) => isJsonObject(one) && typeof one["role"] === "string");
}

function isNameOf(name: string, text: NamedTemplate): boolean {
  const words = firstWords(text);
  return name.startsWith(`${words}-`) && /^[0-9a-f]{8}$/.test(name.slice(words.length + 1));
}

function nameAfter(text: NamedTemplate): string {
  return `${firstWords(text)}-${digestOf(text).slice(0, digestLength)}`;
}

function firstWords(text: NamedTemplate): string {
  const words = allText(text)
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return (words ?? ["prompt"]).slice(0, mostWords).join("-");
}

function allText(text: NamedTemplate): string {
  if (typeof text === "string") return text;
  return text.map(({ content }) => (typeof content === "string" ? content : "")).join(" ");
}

function fixedPart(messages: readonly ChatMessage[]) {
  const all = messages.map((message) => ({ role: message.role, content: messageText(message) }));
  const instructions = all.filter(({ role }) => role === "system" || role === "developer");
  return instructions.length > 0 ? instructions : all;
}

import { digestOf } from "../core/digest.ts";
import { type ChatMessage, messageText } from "../core/message.ts";
import type { Template } from "../core/prompt.ts";

const mostWords = 5;
const digestLength = 8;

/**
 * A name for a prompt that has none: first words and digest of its template. Without a template its instructions
 * stand in, which stay the same from call to call, and without those its whole text.
 */
export function derivedName(
  template: Template | undefined,
  messages: readonly ChatMessage[] | undefined,
): string {
  const fixed = template ?? fixedPart(messages ?? []);
  const text = typeof fixed === "string" ? fixed : fixed.map(({ content }) => content).join(" ");
  const words = (text.toLowerCase().match(/[a-z0-9]+/g) ?? ["prompt"]).slice(0, mostWords);
  return `${words.join("-")}-${digestOf(fixed).slice(0, digestLength)}`;
}

function fixedPart(messages: readonly ChatMessage[]) {
  const said = messages.map((message) => ({ role: message.role, content: messageText(message) }));
  const instructions = said.filter(({ role }) => role === "system" || role === "developer");
  return instructions.length > 0 ? instructions : said;
}

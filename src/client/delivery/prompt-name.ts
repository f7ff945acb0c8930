import { digestOf } from "../../core/digest.ts";
import { messageText } from "../../core/message.ts";
import type { Trace } from "../../core/trace.ts";
import type { UsedTemplate } from "../template/fill-body.ts";

const mostWords = 5;
const digestLength = 8;

/**
 * A name for a prompt that has none: first words and digest of its template. Without a template its instructions
 * stand in, which stay the same from call to call, and without those its whole text.
 */
export function derivedName(used: UsedTemplate | undefined, messages: Trace["messages"]): string {
  const template = used?.template ?? fixedPart(messages ?? []);
  const text =
    typeof template === "string"
      ? template
      : template.map(({ content }) => (typeof content === "string" ? content : "")).join(" ");
  const words = (text.toLowerCase().match(/[a-z0-9]+/g) ?? ["prompt"]).slice(0, mostWords);
  return `${words.join("-")}-${digestOf(template).slice(0, digestLength)}`;
}

function fixedPart(messages: NonNullable<Trace["messages"]>) {
  const said = messages.map((message) => ({ role: message.role, content: messageText(message) }));
  const instructions = said.filter(({ role }) => role === "system" || role === "developer");
  return instructions.length > 0 ? instructions : said;
}

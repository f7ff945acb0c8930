import type { TemplateMessage } from "../../core/prompt/prompt.ts";

/** Roles that have a tag; other roles go into the front matter. */
const tagRoles = ["system", "developer", "user", "assistant", "tool", "function", "chat_history"] as const;
const opening = new RegExp(`^<(${tagRoles.join("|")})>`);
const openingWithAttributes = new RegExp(`^<(${tagRoles.join("|")})((?:\\s[^<>]*)?)>`);

export interface TagProblem {
  /** From 1, within the body. */
  readonly line: number;
  readonly message: string;
}

interface TaggedMessage extends TemplateMessage {
  /** Text of the opening tag's attributes, in Humanloop's form. */
  readonly attributes?: string;
}

/** Whether the body is a list of messages: it starts with the tag of a role. */
export function startsWithTag(body: string): boolean {
  return opening.test(body.replace(/^\s*\n/, ""));
}

/**
 * Parses the messages of a body such as
 *
 *     <system>
 *     You are brief.
 *     </system>
 *
 *     <user>{{question}}</user>
 *
 * The lines between two tags on lines of their own are the content, byte for byte. With `hasAttributes`, the opening
 * tags may have attributes.
 */
export function parseMessageTags(
  body: string,
  { hasAttributes = false } = {},
): {
  readonly messages: readonly TaggedMessage[];
  readonly problems: readonly TagProblem[];
} {
  const lines = body.split("\n");
  const messages: TaggedMessage[] = [];
  const problems: TagProblem[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.trim() === "") continue;
    const [tag = "", role, attributes] = (hasAttributes ? openingWithAttributes : opening).exec(line) ?? [];
    if (role === undefined) {
      problems.push({
        line: at + 1,
        message: `text outside of a message: ${JSON.stringify(line.slice(0, 40))}`,
      });
      continue;
    }
    const end = closingLine(lines, at, role);
    if (end === undefined) {
      problems.push({ line: at + 1, message: `<${role}> is not closed by </${role}>` });
      break;
    }
    const content = contentBetween(lines, at, end, { open: tag.length, role });
    messages.push({ role, content, ...(attributes ? { attributes } : {}) });
    at = end;
  }
  return { messages, problems };
}

/** The inverse of `parseMessageTags`; the caller checks the round trip. */
export function renderMessageTags(messages: readonly TemplateMessage[]): string {
  return messages.map(({ role, content }) => `<${role}>\n${content}\n</${role}>`).join("\n\n");
}

function closingLine(lines: readonly string[], start: number, role: string): number | undefined {
  for (let at = start; at < lines.length; at++) {
    if (lines[at]?.trimEnd().endsWith(`</${role}>`)) return at;
  }
  return undefined;
}

function contentBetween(
  lines: readonly string[],
  start: number,
  end: number,
  { open, role }: { readonly open: number; readonly role: string },
): string {
  const text = lines
    .slice(start, end + 1)
    .join("\n")
    .trimEnd()
    .slice(open, -`</${role}>`.length);
  return end === start ? text : text.replace(/^\n/, "").replace(/\n$/, "");
}

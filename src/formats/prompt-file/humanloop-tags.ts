import type { JsonObject } from "../../core/data/json.ts";
import { parseMessageTags, startsWithTag, type TagProblem } from "./message-tags.ts";

const image = /<image\s([^<>]*)>(?:<\/image>)?/g;
const call = /<tool\s([^<>]*)>([\s\S]*?)<\/tool>/g;
const textTag = /<\/?text>/g;

/**
 * Parses a body in Humanloop's form, where messages may have `<image url="…">` and `<text>` inside `<user>`, tool
 * calls as `<tool name id>` inside `<assistant>`, and results as `<tool name id>` after it. Messages are returned
 * under wire keys; a body without tags is its text.
 */
export function parseHumanloopBody(body: string): {
  readonly template: string | readonly JsonObject[];
  readonly problems: readonly TagProblem[];
} {
  if (!startsWithTag(body)) return { template: body, problems: [] };
  const { messages, problems } = parseMessageTags(body, { hasAttributes: true });
  const template = messages.map(({ role, content, attributes = "" }): JsonObject => {
    const named = attributesOf(attributes);
    if (role === "tool" && attributes !== "")
      return {
        role,
        content,
        ...(named["name"] === undefined ? {} : { name: named["name"] }),
        ...(named["id"] === undefined ? {} : { tool_call_id: named["id"] }),
      };
    if (role === "assistant") return assistantMessage(content);
    return { role, content: role === "user" ? partsOf(content) : content };
  });
  return { template, problems };
}

/** Whether a body has tags within its messages, or attributes at them. */
export function hasHumanloopTags(body: string): boolean {
  return startsWithTag(body) && /<(image|tool)\s[^<>]*>|<text>/.test(body);
}

function assistantMessage(content: string): JsonObject {
  // Without an end, the pattern would be tried to the end of the text at every start.
  const closed = content.slice(0, content.lastIndexOf("</tool>") + "</tool>".length);
  const calls = [...(closed.includes("</tool>") ? closed : "").matchAll(call)].map(
    ([, attributes = "", text = ""], at) => {
      const { id = `call_${at + 1}`, name = "" } = attributesOf(attributes);
      return { id, type: "function", function: { name, arguments: text.trim() } };
    },
  );
  if (calls.length === 0) return { role: "assistant", content };
  return {
    role: "assistant",
    content: (closed.replaceAll(call, "") + content.slice(closed.length)).trim(),
    tool_calls: calls,
  };
}

function partsOf(content: string): string | JsonObject[] {
  const parts: JsonObject[] = [];
  let end = 0;
  const addText = (text: string) => {
    const plain = text.replaceAll(textTag, "").trim();
    if (plain !== "") parts.push({ type: "text", text: plain });
  };
  for (const match of content.matchAll(image)) {
    const { url, detail } = attributesOf(match[1] ?? "");
    if (url === undefined) continue;
    addText(content.slice(end, match.index));
    parts.push({ type: "image_url", image_url: { url, ...(detail === undefined ? {} : { detail }) } });
    end = match.index + match[0].length;
  }
  if (parts.length === 0) return content;
  addText(content.slice(end));
  return parts;
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/(?<![\w-])([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  return Object.fromEntries(pairs.map(([, name = "", double, single]) => [name, double ?? single ?? ""]));
}

import type { JsonValue } from "../../core/data/json.ts";

const image = /!\[([^\]\n]{0,500})\]\([ \t]{0,20}((?:https?:\/\/|data:image\/|\{\{)[^\s)]*)[ \t]{0,20}\)/g;

/** A text with images as `![…](https://…)` becomes text and image parts; other text is returned unchanged. */
export function imageParts(text: string): JsonValue {
  const parts: JsonValue[] = [];
  let end = 0;
  for (const match of text.matchAll(image)) {
    const before = text.slice(end, match.index).trim();
    if (before !== "") parts.push({ type: "text", text: before });
    parts.push({ type: "image_url", image_url: { url: match[2] ?? "" } });
    end = match.index + match[0].length;
  }
  if (parts.length === 0) return text;
  const rest = text.slice(end).trim();
  return rest === "" ? parts : [...parts, { type: "text", text: rest }];
}

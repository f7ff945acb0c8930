import type { Template } from "../prompt/prompt.ts";

const variable = /\{\{\s*([A-Za-z_]\w*)\s*\}\}|\{([A-Za-z_]\w*)\}/g;

/**
 * A template that writes its variables as `{name}` (Python's `str.format`, dao-ai, LangChain) in the default
 * language, which writes `{{name}}`. `{{name}}` is a variable in both. Doubled braces are Python's way to write one
 * brace: they become single ones if the text is a valid format string, so that JSON written either way stays JSON.
 */
export function fromSingleBraces(template: Template): Template {
  if (typeof template === "string") return textFromSingleBraces(template);
  return template.map((message) => ({ ...message, content: textFromSingleBraces(message.content) }));
}

/** The same for one text. */
export function textFromSingleBraces(text: string): string {
  const isFormatString = withoutPlaceholders(text).match(/[{}]/) === null;
  let result = "";
  let end = 0;
  for (const match of text.matchAll(variable)) {
    const between = text.slice(end, match.index);
    // `{{{name}}}` is a variable between literal braces; the match begins at its second brace.
    result += `${isFormatString ? unescaped(between) : between}{{${match[1] ?? match[2]}}}`;
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  return result + (isFormatString ? unescaped(rest) : rest);
}

function withoutPlaceholders(text: string): string {
  return text.replaceAll(variable, "").replaceAll("{{", "").replaceAll("}}", "");
}

function unescaped(text: string): string {
  return text.replaceAll("{{", "{").replaceAll("}}", "}");
}

import { UsageError } from "../../../core/errors.ts";
import type { ChatMessage } from "../../../core/prompt/message.ts";

const roles: readonly string[] = ["system", "developer", "user", "assistant", "tool"];

/** `key=value` of a flag that may be given several times; the value is text, and may hold further `=`. */
export function readPairs(flag: string, texts: readonly string[]): Readonly<Record<string, string>> {
  const pairs = texts.map((text) => {
    const equals = text.indexOf("=");
    if (equals < 1) {
      throw new UsageError(`${flag}: expected key=value, got "${text}"`, {
        hint: `write it as ${flag} name=text`,
      });
    }
    return [text.slice(0, equals).trim(), text.slice(equals + 1)] as const;
  });
  const twice = pairs.find(([key], at) => pairs.findIndex(([other]) => other === key) !== at);
  if (twice !== undefined) throw new UsageError(`${flag}: ${twice[0]} is given twice`);
  return Object.fromEntries(pairs);
}

/** `role:text` of `--message`. */
export function readMessages(texts: readonly string[]): readonly ChatMessage[] {
  return texts.map((text) => {
    const colon = text.indexOf(":");
    const role = text.slice(0, Math.max(0, colon)).trim();
    if (roles.includes(role)) return { role, content: text.slice(colon + 1) };
    throw new UsageError(`--message: expected role:text, got "${text}"`, {
      hint: `the role is one of ${roles.join(", ")}`,
    });
  });
}

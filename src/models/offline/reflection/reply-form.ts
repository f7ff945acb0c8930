import { messageText } from "../../../core/message.ts";
import type { Layout } from "../layout.ts";
import type { OfflineRequest } from "../request.ts";

/** How the new text is to be handed in. */
export type ReplyForm =
  | { readonly kind: "fence"; readonly fence: string }
  | { readonly kind: "tag"; readonly tag: string }
  | { readonly kind: "json" };

/** The form a request asks for; three backticks when it names none. */
export function readReplyForm(request: OfflineRequest, layout: Layout): ReplyForm {
  const whole = request.messages.map(messageText).join("\n");
  const shown = layout.sections.find((section) => section.fence !== undefined && isPlaceholder(section.body));
  if (shown?.fence !== undefined) return { kind: "fence", fence: shown.fence };
  const asked = layout.frame
    .split(/(?<=[.!?:])\s+|\n/)
    .filter((one) =>
      /\b(?:reply|respond|answer|return|output|write|put|give|provide|within|inside|between|wrap|enclos\w+|fence|block|backticks|tildes)\b/i.test(
        one,
      ),
    );
  for (const sentence of asked.toReversed()) {
    const fence = /(`{3,}|~{3,})/.exec(sentence)?.[1];
    if (fence !== undefined) return { kind: "fence", fence };
    const count = /\b(\d+|three|four|five|six) (?:back-?ticks|tildes)/i.exec(sentence);
    if (count !== null)
      return { kind: "fence", fence: (/tilde/i.test(count[0]) ? "~" : "`").repeat(countOf(count[1] ?? "3")) };
    const tag = /<([A-Za-z][\w-]*)>/.exec(sentence)?.[1];
    if (tag !== undefined && /\b(?:in|inside|within|between|wrap\w*|enclos\w+|tags?)\b/i.test(sentence))
      return { kind: "tag", tag };
    if (
      /\bJSON\b/.test(sentence) &&
      /\b(?:object|map|keyed|keys?)\b/i.test(sentence) &&
      !/\bfence/i.test(sentence)
    )
      return { kind: "json" };
  }
  const isObject =
    request.parameters.responseFormat?.type === "json_object" || /reply with (?:a )?json object/i.test(whole);
  return isObject ? { kind: "json" } : { kind: "fence", fence: "```" };
}

function countOf(word: string): number {
  return (
    { three: 3, four: 4, five: 5, six: 6 }[word.toLowerCase()] ?? Math.min(20, Math.max(3, Number(word) || 3))
  );
}

/** `…the new text…`, `<your instruction here>`: a form shown, not a text given. */
export function isPlaceholder(body: string): boolean {
  const text = body.trim();
  return (
    text.length < 80 &&
    (/^(?:…|\.\.\.|<|\[|\()/.test(text) || /\b(?:your|the) (?:new|improved|rewritten|revised)\b/i.test(text))
  );
}

/** The reply as asked for, in a fence the text cannot close. */
export function wrapReply(texts: Readonly<Record<string, string>>, form: ReplyForm): string {
  const [text = ""] = Object.values(texts);
  if (form.kind === "json") return JSON.stringify(texts, null, 2);
  if (form.kind === "tag") return `<${form.tag}>\n${text}\n</${form.tag}>`;
  const mark = form.fence.charAt(0);
  const runs = text.match(new RegExp(`^[ \\t]*${mark}{3,}`, "gm")) ?? [];
  const longest = runs.reduce((most, run) => Math.max(most, run.trim().length + 1), form.fence.length);
  const fence = mark.repeat(longest);
  return `${fence}\n${text}\n${fence}`;
}

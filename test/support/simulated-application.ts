import type { KnownTemplate } from "../../src/collect/unrender/known-template.ts";
import type { JsonObject, JsonValue } from "../../src/core/data/json.ts";
import type { ChatMessage } from "../../src/core/prompt/message.ts";
import { renderTemplate } from "../../src/core/template/template.ts";

/** A call of the application, with its template and values. */
export interface SimulatedCall {
  readonly path: string;
  readonly inputs: JsonObject;
  readonly messages: readonly ChatMessage[];
}

/** Five templates: two of them prefixes of one another, one with JSON braces, one multi-turn. */
export const applicationTemplates: readonly KnownTemplate[] = [
  {
    path: "app/summarize",
    language: "default",
    template: "Summarize the following text:\n\n{{text}}",
  },
  {
    path: "app/summarize_for",
    language: "default",
    template:
      "Summarize the following text:\n\n{{text}}\n\nKeep it under {{words}} words and write for {{audience}}.",
  },
  {
    path: "app/extract",
    language: "default",
    template: [
      {
        role: "system",
        content:
          'Read the e-mail and answer with JSON such as {"name": "Ada", "items": [{"sku": "A-1", "count": 2}]}.\n' +
          'Known so far: {"order": {{order}}, "currency": "{{currency}}"}',
      },
      { role: "user", content: "From: {{sender}}\n---\n{{email}}" },
    ],
  },
  {
    path: "app/chat",
    language: "default",
    template: [
      {
        role: "system",
        content: "You help the customers of {{shop}}. Be brief, and never promise a refund.",
      },
      { role: "chat_history", content: "{{chat_history}}" },
      { role: "user", content: "{{question}}" },
    ],
  },
  {
    path: "app/translate",
    language: "default",
    template: [
      { role: "system", content: "Translate what the user writes from {{source}} to {{target}}." },
      { role: "user", content: "{{text}}" },
    ],
  },
];

const words =
  "the parcel was late and box dented but seller answered quickly so I would buy again colour nothing like picture please tell me when refund arrives my address changed since order battery lasts two days screen bright price fair support team helped us set everything up without trouble delivery took three weeks".split(
    " ",
  );
const oddities = [
  '{"a": 1, "b": {"c": "}}"}}',
  "{{text}} and {{words}}",
  "Ünïcödé – 你好 🙂",
  "line one\n\nline two\n  indented",
  "$& $1 \\n \\{",
  "---",
  "a, b and c.",
  " leading and trailing ",
  "Summarize the following text:",
];

/** The same calls for the same seed; about one text in six is odd. */
export function simulateCalls(count: number, seed: number): readonly SimulatedCall[] {
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = <T>(items: readonly T[]): T => items[next(items.length)] as T;
  const text = (most: number): string => {
    const plain = Array.from({ length: 3 + next(most) }, () => pick(words)).join(" ");
    return next(6) === 0 ? `${plain}\n${pick(oddities)} ${plain}` : `${plain}.`;
  };
  const makers: Readonly<Record<string, () => Record<string, JsonValue>>> = {
    "app/summarize": () => ({ text: text(60) }),
    "app/summarize_for": () => ({
      text: text(60),
      words: String(20 + 5 * next(12)),
      audience: pick(["children", "lawyers", "the board", "a friend", "engineers, and their managers"]),
    }),
    "app/extract": () => ({
      order: String(100_000 + next(900_000)),
      currency: pick(["EUR", "USD", "GBP"]),
      sender: `${pick(words)}.${pick(words)}${next(1000)}@example.${pick(["com", "org"])}`,
      email: `${text(80)}\n\n${text(20)}`,
    }),
    "app/chat": () => ({
      shop: pick(["Blue Door Books", "Acme", "Fahrrad & Söhne", "Shop #12"]),
      chat_history: Array.from({ length: 2 * next(4) }, (_, at) => ({
        role: at % 2 === 0 ? "user" : "assistant",
        content: text(15),
      })),
      question: text(15),
    }),
    "app/translate": () => ({
      source: pick(["English", "German", "French"]),
      target: pick(["Spanish", "Brazilian Portuguese", "Dutch"]),
      text: text(40),
    }),
  };
  return Array.from({ length: count }, () => {
    const { path, template, language } = pick(applicationTemplates);
    const inputs = makers[path]?.() ?? {};
    return { path, inputs, messages: renderTemplate(template, language, inputs) };
  });
}

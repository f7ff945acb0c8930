import { readFileSync } from "node:fs";
import { answerOffline } from "../../src/offline/answer-offline.ts";

export interface Post {
  readonly text: string;
  readonly label: string;
}

/** 240 real posts, 80 per label; see fixtures/README.md. */
export const posts: readonly Post[] = readFileSync(
  new URL("./fixtures/clear-posts.jsonl", import.meta.url),
  "utf8",
)
  .trim()
  .split("\n")
  .map((line) => {
    const row = JSON.parse(line) as {
      readonly inputs: { readonly text: string };
      readonly expectations: { readonly expected_response: string };
    };
    return { text: row.inputs.text, label: row.expectations.expected_response };
  });

export const seed = "Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.\nText: {{text}}\n";

/** The seed's prompt with statements before the row. */
export function promptWith(...statements: readonly string[]): string {
  return seed.replace("Text:", `${statements.map((one) => `${one}\n`).join("")}Text:`);
}

export function ask(prompt: string, text: string, model = "offline/small"): string {
  const content = prompt.replace("{{text}}", () => text);
  return answerOffline({ model, messages: [{ role: "user", content }], parameters: {} }).text;
}

/** Share of the posts answered with exactly the expected label. */
export function exactMatchOn(prompt: string, model = "offline/small"): number {
  return posts.filter(({ text, label }) => ask(prompt, text, model).trim() === label).length / posts.length;
}

import pLimit from "p-limit";
import type { JsonValue } from "../../../src/core/data/json.ts";
import { fillVariables } from "../../../src/core/template/template-variables.ts";
import { type AskChat, type ChatQuestion, exceedsContext } from "./chat-endpoint.ts";
import type { SuiteRow } from "./draw-rows.ts";
import type { Suite } from "./suites.ts";

/** Scores a prompt (a text, or a list of messages) on rows, in their order, at temperature 0. */
export function scorePrompt(
  ask: AskChat,
  {
    suite,
    model,
    concurrency,
  }: { readonly suite: Suite; readonly model: string; readonly concurrency: number },
  prompt: JsonValue,
  rows: readonly SuiteRow[],
): Promise<readonly number[]> {
  const limit = pLimit(concurrency);
  return Promise.all(
    rows.map((row) =>
      limit(async () => {
        const messages = messagesOf(prompt, row);
        const question = { model, messages, maxTokens: suite.maxAnswerTokens, temperature: 0 };
        try {
          return suite.score((await ask(question)).text, row.expected);
        } catch (error) {
          // The prompt leaves no room for this row: no answer, no point.
          if (exceedsContext(error)) return 0;
          throw error;
        }
      }),
    ),
  );
}

function messagesOf(prompt: JsonValue, { inputs }: SuiteRow): ChatQuestion["messages"] {
  const messages =
    typeof prompt === "string"
      ? [{ role: "user", content: prompt }]
      : (prompt as readonly { readonly role: string; readonly content: string }[]);
  return messages.map(({ role, content }) => ({ role, content: fillVariables(content, inputs) }));
}

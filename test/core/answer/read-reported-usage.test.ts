import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readReportedUsage } from "../../../src/core/answer/read-usage.ts";

describe("the usage of a body", () => {
  it.each([
    [
      { prompt_tokens: 5, completion_tokens: 7 },
      { inputTokens: 5, outputTokens: 7 },
    ],
    // Gemini and Grok leave reasoning out of the completion tokens.
    [
      { prompt_tokens: 5, completion_tokens: 7, total_tokens: 100 },
      { inputTokens: 5, outputTokens: 95 },
    ],
    [
      { prompt_tokens: 5, completion_tokens: 0, total_tokens: 5 },
      { inputTokens: 5, outputTokens: 0 },
    ],
    [
      { prompt_tokens: 5, completion_tokens: 7, total_tokens: 0 },
      { inputTokens: 5, outputTokens: 7 },
    ],
    [{ prompt_tokens: 5, completion_tokens: -7 }, { inputTokens: 5 }],
    [
      { input_tokens: 5, output_tokens: 7, output_tokens_details: { reasoning_tokens: 6 } },
      { inputTokens: 5, outputTokens: 7, reasoningTokens: 6 },
    ],
    [
      { prompt_tokens: 5, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 4 } },
      { inputTokens: 5, outputTokens: 7, cachedInputTokens: 4 },
    ],
    [{ prompt_tokens: "5" }, undefined],
    [null, undefined],
  ])("%j", (usage, read) => {
    expect(readReportedUsage(usage)).toEqual(read);
  });

  it("never holds a negative or missing count", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double(),
        fc.integer(),
        (prompt_tokens, completion_tokens, total_tokens) => {
          const read = readReportedUsage({ prompt_tokens, completion_tokens, total_tokens }) ?? {};
          for (const count of Object.values(read)) expect(count).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });
});

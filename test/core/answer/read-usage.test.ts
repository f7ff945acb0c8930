import { describe, expect, it } from "vitest";
import { readUsage } from "../../../src/core/answer/read-usage.ts";

const apart = { completion_tokens_details: { reasoning_tokens: 100 } };

describe("readUsage", () => {
  it.each<[string, unknown, object | undefined]>([
    [
      "OpenAI",
      { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      { inputTokens: 10, outputTokens: 5 },
    ],
    [
      "Gemini, thinking in the total alone",
      { prompt_tokens: 9, completion_tokens: 10, total_tokens: 809 },
      { inputTokens: 9, outputTokens: 800 },
    ],
    [
      "Grok, thinking beside the completion",
      { prompt_tokens: 716, completion_tokens: 126, total_tokens: 1009, ...apart },
      { inputTokens: 716, outputTokens: 293, reasoningTokens: 100 },
    ],
    [
      "thinking beside the completion, without a total",
      { prompt_tokens: 1, completion_tokens: 2, ...apart },
      { inputTokens: 1, outputTokens: 102, reasoningTokens: 100 },
    ],
    [
      "OpenAI, thinking within the completion",
      {
        ...{ prompt_tokens: 1, completion_tokens: 120, total_tokens: 121, ...apart },
        prompt_tokens_details: { cached_tokens: 1 },
      },
      { inputTokens: 1, outputTokens: 120, reasoningTokens: 100, cachedInputTokens: 1 },
    ],
    ["no completion", { prompt_tokens: 4, total_tokens: 9 }, { inputTokens: 4, outputTokens: 5 }],
    [
      "a total below the parts",
      { prompt_tokens: 4, completion_tokens: 3, total_tokens: 0 },
      { inputTokens: 4, outputTokens: 3 },
    ],
    ["text", { prompt_tokens: "4", completion_tokens: 3 }, undefined],
    ["a negative figure", { prompt_tokens: 4, completion_tokens: -1 }, undefined],
    ["nothing", null, undefined],
    ["one side", { prompt_tokens: 4 }, undefined],
  ])("reads %s", (_, usage, expected) => {
    expect(readUsage(usage)).toEqual(expected);
  });
});

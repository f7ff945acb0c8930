import { expect, test } from "vitest";
import { readUsage } from "../../src/core/answer/read-usage.ts";
import { costUsd } from "../../src/core/usage.ts";

const price = { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 };

test.each([
  ["fresh tokens", { inputTokens: 1e6, outputTokens: 1e6 }, 18],
  ["tokens from a cache", { inputTokens: 1e6, outputTokens: 0, cachedInputTokens: 1e6 }, 0.3],
  ["tokens written to a cache", { inputTokens: 1e6, outputTokens: 0, cacheWriteTokens: 1e6 }, 3.75],
  ["all of them", { inputTokens: 3e6, outputTokens: 0, cachedInputTokens: 1e6, cacheWriteTokens: 1e6 }, 7.05],
  [
    "more than there are",
    { inputTokens: 1e6, outputTokens: 0, cachedInputTokens: 9e6, cacheWriteTokens: 9e6 },
    0.3,
  ],
])("%s have their own price", (_, usage, usd) => {
  expect(costUsd(usage, price)).toBeCloseTo(usd, 9);
});

test("without prices of a cache, its tokens cost as much as others", () => {
  const usage = { inputTokens: 1e6, outputTokens: 0, cachedInputTokens: 1e5, cacheWriteTokens: 1e5 };
  expect(costUsd(usage, { input: 3, output: 15 })).toBeCloseTo(3, 9);
});

test("tokens written to a cache are read from a body's usage", () => {
  const details = { cached_tokens: 10, cache_write_tokens: 20 };
  expect(readUsage({ prompt_tokens: 100, completion_tokens: 5, prompt_tokens_details: details })).toEqual({
    ...{ inputTokens: 100, outputTokens: 5 },
    ...{ cachedInputTokens: 10, cacheWriteTokens: 20 },
  });
});

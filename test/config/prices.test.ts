import { expect, test } from "vitest";
import { knownPrice, listedModel, listedProviders, pricesAsOf } from "../../src/config/prices.ts";

test.each([
  ["gpt-4o-mini", { input: 0.15, output: 0.6, cachedInput: 0.075 }],
  ["gpt-4o-mini-2024-07-18", { input: 0.15, output: 0.6, cachedInput: 0.075 }],
  ["gpt-4o-2024-05-13", { input: 5, output: 15 }],
  ["gpt-4-0613", { input: 30, output: 60 }],
  ["gpt-4o-minimal", undefined],
  ["gpt-4o-audio-preview", undefined],
  ["offline/large", undefined],
  ["toString", undefined],
])("%s", (name, price) => {
  expect(knownPrice(name)).toEqual(price);
});

test("the list has the date of its last check", () => {
  expect(pricesAsOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test.each([
  ["claude-sonnet-4-6", "anthropic", { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 }],
  ["claude-sonnet-4-6", undefined, { input: 3, output: 15, cachedInput: 0.3, cacheWrite: 3.75 }],
  ["claude-sonnet-4-6", "openai", undefined],
  [
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "bedrock",
    { input: 3.3, output: 16.5, cachedInput: 0.33, cacheWrite: 4.125 },
  ],
  ["gemini-2.5-flash", "google", { input: 0.3, output: 2.5, cachedInput: 0.03 }],
  ["gemini-2.5-flash", "gemini", { input: 0.3, output: 2.5, cachedInput: 0.03 }],
  ["gpt-4o", "azure", { input: 2.5, output: 10, cachedInput: 1.25 }],
  ["gpt-4o", "offline", undefined],
  ["gpt-4o", "databricks", undefined],
  // Retired: a date of shutdown, and no price that could be checked.
  ["claude-3-5-sonnet-20241022", "anthropic", undefined],
])("%s of %s", (name, provider, price) => {
  expect(knownPrice(name, provider)).toEqual(price);
});

test("a name with a snapshot date has the price and the shutdown of the name without", () => {
  expect(listedModel("claude-opus-4-8-20260601", "anthropic")).toEqual(
    listedModel("claude-opus-4-8", "anthropic"),
  );
});

test.each(Object.entries(listedProviders))(
  "the list of %s is complete and plausible",
  (_, { source, shutdowns, models }) => {
    expect(source).toMatch(/^https:\/\//);
    for (const [name, { input, output, cached_input, shutdown }] of Object.entries(models)) {
      expect((input === undefined) === (output === undefined), name).toBe(true);
      expect(input !== undefined || shutdown !== undefined, name).toBe(true);
      if (input !== undefined && cached_input !== undefined)
        expect(cached_input, name).toBeLessThanOrEqual(input);
      if (shutdown === undefined) continue;
      expect(Number.isNaN(Date.parse(shutdown)), name).toBe(false);
      expect(shutdowns, name).toMatch(/^https:\/\//);
    }
  },
);

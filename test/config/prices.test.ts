import { expect, test } from "vitest";
import { knownPrice, pricesAsOf } from "../../src/config/prices.ts";

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

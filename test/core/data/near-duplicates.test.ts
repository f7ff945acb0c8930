import { describe, expect, it } from "vitest";
import { nearDuplicatePairs, nearDuplicateShare } from "../../../src/core/data/near-duplicates.ts";
import { createRandom } from "../../../src/core/random.ts";

const random = createRandom("near-duplicates-test");
const words = Array.from({ length: 2_000 }, (_, at) => `w${(at * 7919).toString(36)}`);
const sentence = (length = 40) => Array.from({ length }, () => random.pick(words)).join(" ");
const many = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at));

describe("nearDuplicateShare", () => {
  it("is 0 for different texts and for no texts", () => {
    expect(nearDuplicateShare([])).toBe(0);
    expect(nearDuplicateShare(["one thing"])).toBe(0);
    expect(nearDuplicateShare(many(500, () => sentence()))).toBe(0);
    expect(nearDuplicateShare(["yes", "no", "", "😀", "😡", "+", "-"])).toBe(0);
  });

  it("counts texts that differ only in case, punctuation and blanks", () => {
    expect(nearDuplicateShare(["Hello, world!", "hello  world", "HELLO WORLD", "bye"])).toBe(0.5);
  });

  it("counts long texts that differ in a word or two", () => {
    const near = many(100, () => sentence()).flatMap((text) => [text, text.replace(/^\S+/, "other")]);
    expect(nearDuplicateShare(near)).toBeGreaterThan(0.45);
    expect(nearDuplicateShare(near)).toBeLessThanOrEqual(0.5);
    const half = many(100, () => sentence()).flatMap((text) => [
      text,
      `${text.slice(0, 150)} ${sentence(25)}`,
    ]);
    expect(nearDuplicateShare(half)).toBe(0);
  });

  it("treats one template with different values as near duplicates", () => {
    const frame = sentence(80);
    expect(nearDuplicateShare(many(300, (at) => `${frame} ${at}`))).toBeGreaterThan(0.95);
  });

  it("samples large data", () => {
    const texts = many(12_000, (at) => `${sentence(6)} ${at}`);
    expect(nearDuplicateShare([...texts, ...texts])).toBeCloseTo(0.5, 2);
  });
});

it("pairs name the earlier text, for equal and for near ones", () => {
  const long =
    "The delivery took three weeks and nobody at the shop could say where the parcel was in the meantime.";
  const texts = [
    "Good.",
    long,
    "good",
    "Other words here",
    `${long.slice(0, -1)}!!`,
    long.replace("three weeks", "three week"),
  ];
  expect(nearDuplicatePairs(texts)).toEqual([
    [2, 0],
    [4, 1],
    [5, 1],
  ]);
  expect(nearDuplicatePairs([])).toEqual([]);
  expect(nearDuplicatePairs(["a", "b"])).toEqual([]);
});

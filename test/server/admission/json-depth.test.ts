import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonDepth } from "../../../src/server/admission/check-body.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe("jsonDepth", () => {
  it("is the depth of the parsed value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(jsonDepth(JSON.stringify(value), 100)).toBe(depthOf(value));
        expect(jsonDepth(JSON.stringify(value, null, 2), 100)).toBe(depthOf(value));
      }),
    );
  });

  it.each([
    ['"[[["', 0],
    [String.raw`["\"[", "\\", [1]]`, 2],
    [String.raw`["\\\"[[", 1]`, 1],
    ['["unclosed [[[', 1],
    ["]]][[", 0],
    ["", 0],
  ])("%s is %d", (text, depth) => {
    expect(jsonDepth(text, 100)).toBe(depth);
  });

  it("stops at the limit", () => {
    expect(jsonDepth("[".repeat(1_000_000), 5)).toBe(6);
  });
});

import { describe, expect, test } from "vitest";
import { wrapText } from "../../../src/cli/terminal/wrap.ts";

describe("wrapped text", () => {
  test("is unchanged if it fits or the width is unknown", () => {
    expect(wrapText("short\nlines", 20)).toBe("short\nlines");
    expect(wrapText("x".repeat(500), Number.POSITIVE_INFINITY)).toBe("x".repeat(500));
  });

  test("indents continuation lines and keeps the margin", () => {
    expect(wrapText("  → the disk is full: free some space", 20)).toBe(
      "  → the disk is\n    full: free some\n    space",
    );
  });

  test("breaks words wider than the terminal, and counts wide characters twice", () => {
    expect(wrapText("prompts:/main/default/x", 16)).toBe("prompts:/main/\n  default/x");
    for (const line of wrapText("漢字".repeat(20), 20).split("\n"))
      expect(line.length * 2).toBeLessThanOrEqual(22);
  });
});

import { describe, expect, test } from "vitest";
import { wrapCommand, wrapText } from "../../../src/cli/terminal/wrap.ts";

describe("wrapped text", () => {
  test("stays as it is where it fits, and where nothing says how wide it may be", () => {
    expect(wrapText("short\nlines", 20)).toBe("short\nlines");
    expect(wrapText("x".repeat(500), Number.POSITIVE_INFINITY)).toBe("x".repeat(500));
  });

  test("hangs a little to the right of its first line, margins kept", () => {
    expect(wrapText("  → the disk is full: free some space", 20)).toBe(
      "  → the disk is\n    full: free some\n    space",
    );
  });

  test("breaks a word that is wider than the terminal, and counts wide letters twice", () => {
    expect(wrapText("prompts:/main/default/x", 16)).toBe("prompts:/main/\n  default/x");
    for (const line of wrapText("漢字".repeat(20), 20).split("\n"))
      expect(line.length * 2).toBeLessThanOrEqual(22);
  });
});

describe("a wrapped command", () => {
  test("goes on behind a backslash, quoted words kept whole", () => {
    expect(wrapCommand("dao-opt registry diff 'my prompts/x/1' a/2 --registry r", 30)).toBe(
      "dao-opt registry diff \\\n  'my prompts/x/1' a/2 \\\n  --registry r",
    );
    expect(wrapCommand("dao-opt report r_1", 30)).toBe("dao-opt report r_1");
  });
});

import { describe, expect, test } from "vitest";
import { printable, printableOutput, wrapText } from "../../../src/cli/terminal/wrap.ts";

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

describe("foreign text", () => {
  const foreign = "\u001b[2J\u001b]0;title\u0007 \u202egnp.exe\u202c \u0085 \u{1f600}\r\n\tלעברית";
  const shown = "␛[2J␛]0;title␇ �gnp.exe� � \u{1f600}\r\n\tלעברית";

  test("has no control characters and no direction overrides on a terminal", () => {
    expect(printable(foreign)).toBe(shown);
    expect(printable("\u001b[31mred")).toBe("␛[31mred");
  });

  test("among this program's own colors leaves only those", () => {
    const green = "\u001b[32m✓\u001b[39m";
    expect(printableOutput(`${green} ${foreign}`)).toBe(`${green} ${shown}`);
    expect(printableOutput("\u001b[31mred\n")).toBe("\u001b[31mred\n\u001b[0m");
    // Hidden text, and a background.
    expect(printableOutput("\u001b[8mx\u001b[41m")).toBe("␛[8mx␛[41m");
  });
});

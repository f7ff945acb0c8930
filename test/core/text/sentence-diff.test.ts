import { describe, expect, test } from "vitest";
import { diffSentences } from "../../../src/core/text/sentence-diff.ts";

const signs = { same: " ", added: "+", removed: "-" } as const;
const shown = (before: string, after: string) =>
  diffSentences(before, after).map(({ kind, text }) => `${signs[kind]}${text}`);

describe("a diff by sentence", () => {
  test("keeps sentences that both have, in their order", () => {
    expect(
      shown("Classify it. Be short.\nText: {{text}}", "Classify it. Be kind. Be short.\nText: {{text}}"),
    ).toEqual([" Classify it.", "+Be kind.", " Be short.", " Text: {{text}}"]);
  });

  test("a line break ends a sentence, blank lines and blanks at the ends do not count", () => {
    expect(shown("a\n\n\n  - b  ", "a\r\n- b\nc")).toEqual([" a", " - b", "+c"]);
  });

  test("a changed sentence is one removal and one addition", () => {
    expect(shown("Answer in one word.", "Answer in two words.")).toEqual([
      "-Answer in one word.",
      "+Answer in two words.",
    ]);
  });

  test("texts that are empty, and texts with nothing in common", () => {
    expect(shown("", "")).toEqual([]);
    const many = (name: string) => Array.from({ length: 3000 }, (_, at) => `${name} ${at}.`).join("\n");
    const changes = diffSentences(many("a"), many("b"));
    expect(changes.filter(({ kind }) => kind === "removed")).toHaveLength(3000);
    expect(changes.filter(({ kind }) => kind === "added")).toHaveLength(3000);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffWords, type TextChange } from "../../../src/core/text/text-diff.ts";

const joined = (changes: readonly TextChange[], ...kinds: readonly TextChange["kind"][]) =>
  changes
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ text }) => text)
    .join("");

describe("diffWords", () => {
  it("distinguishes removed and added words", () => {
    expect(diffWords("Classify the text.", "Label the text.\nBe brief.")).toEqual([
      { kind: "removed", text: "Classify" },
      { kind: "added", text: "Label" },
      { kind: "same", text: " the text." },
      { kind: "added", text: "\nBe brief." },
    ]);
    expect(diffWords("same", "same")).toEqual([{ kind: "same", text: "same" }]);
    expect(diffWords("", "")).toEqual([]);
  });

  it("keeps all words of both texts", () => {
    const words = fc.array(fc.constantFrom("a", "b", " ", "\n", ".", "{{x}}", "é"), { maxLength: 30 });
    const text = words.map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = diffWords(before, after);
        expect(joined(changes, "same", "removed")).toBe(before);
        expect(joined(changes, "same", "added")).toBe(after);
      }),
    );
  });

  it("replaces long texts that share nothing as a whole", () => {
    const before = Array.from({ length: 4_000 }, (_, at) => `a${at}`).join("-");
    const after = Array.from({ length: 4_000 }, (_, at) => `b${at}`).join("+");
    expect(diffWords(before, after)).toEqual([
      { kind: "removed", text: before },
      { kind: "added", text: after },
    ]);
  });
});

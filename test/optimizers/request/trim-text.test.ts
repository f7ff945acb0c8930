import fc from "fast-check";
import { expect, test } from "vitest";
import { trimText } from "../../../src/optimizers/request/records.ts";

test("a text that fits is unchanged", () => {
  expect(trimText("", 10)).toBe("");
  expect(trimText("0123456789", 10)).toBe("0123456789");
});

test("a longer one loses its middle, with the omitted length", () => {
  expect(trimText("abcdefghijklmnop", 10)).toBe("abcdefg\n[… 6 characters left out …]\nnop");
  expect(trimText("abc", 1)).toBe("a\n[… 2 characters left out …]\n");
});

test("kept and omitted parts add up to the text", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 100 }),
      (text, most) => {
        const [whole, head, count, tail] =
          /^([\s\S]*?)\n\[… (\d+) characters left out …\]\n([\s\S]*)$/.exec(trimText(text, most)) ?? [];
        if (text.length <= most) {
          expect(trimText(text, most)).toBe(text);
          return;
        }
        expect(whole).toBeDefined();
        expect((head ?? "").length + (tail ?? "").length).toBe(most);
        expect(Number(count)).toBe(text.length - most);
        expect(text.startsWith(head ?? "-") && text.endsWith(tail ?? "-")).toBe(true);
      },
    ),
  );
});

test("never splits a surrogate pair", () => {
  for (let most = 1; most < 40; most++) {
    expect(trimText("😀".repeat(30), most).isWellFormed()).toBe(true);
    expect(trimText(`a${"😀".repeat(30)}`, most).isWellFormed()).toBe(true);
  }
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineSplitter } from "../../src/formats/json-lines.ts";

function split(pieces: readonly Buffer[], maxBytes?: number): (string | undefined)[] {
  const lines: (string | undefined)[] = [];
  const splitter = createLineSplitter((line) => lines.push(line?.toString("latin1")), maxBytes);
  for (const piece of pieces) splitter.feed(piece);
  splitter.end();
  return lines;
}

describe("createLineSplitter", () => {
  it("yields the same lines for any split of the bytes", () => {
    const text = fc.array(fc.constantFrom("a", "b", "\n"), { maxLength: 40 }).map((all) => all.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat(6), { maxLength: 20 }), (content, cuts) => {
        const pieces: Buffer[] = [];
        let rest = Buffer.from(content);
        for (const cut of cuts) {
          pieces.push(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        const expected = content.split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(split([...pieces, rest])).toEqual(expected);
      }),
    );
  });

  it("drops a line that is too long, and continues after it", () => {
    const pieces = ["ab\ncd", "ef", "gh\nij\n", "klmnopq"].map((piece) => Buffer.from(piece));
    expect(split(pieces, 4)).toEqual(["ab", undefined, "ij", undefined]);
  });
});

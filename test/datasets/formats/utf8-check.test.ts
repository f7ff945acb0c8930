import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createUtf8Check } from "../../../src/datasets/formats/read-chunks.ts";

function badLines(bytes: Buffer, chunkBytes: number): number[] {
  const check = createUtf8Check();
  const bad: number[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes)
    bad.push(...check.feed(bytes.subarray(at, at + chunkBytes)));
  return [...new Set([...bad, ...check.end()])];
}

describe("createUtf8Check", () => {
  it("accepts valid text in any chunks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 9 }), (text, chunkBytes) => {
        expect(badLines(Buffer.from(text), chunkBytes)).toEqual([]);
      }),
    );
  });

  it("finds lines with invalid bytes in any chunks", () => {
    const bytes = Buffer.concat([
      Buffer.from("ä\nb"),
      Buffer.from([0xe9, 0x0a]),
      Buffer.from("日\n"),
      Buffer.from([0xc3, 0x28, 0x0a, 0x80, 0x80, 0x80, 0x80, 0x0a, 0x61, 0x0a]),
      Buffer.from([0xf0, 0x9f]),
    ]);
    for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes++) {
      expect(badLines(bytes, chunkBytes)).toEqual([2, 4, 5, 7]);
    }
  });
});

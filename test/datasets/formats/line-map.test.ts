import { describe, expect, it } from "vitest";
import { createLineMap } from "../../../src/datasets/formats/read-chunks.ts";

describe("createLineMap", () => {
  it("reports line and column across chunks", () => {
    const lines = createLineMap();
    const places: unknown[] = [];
    const expectPlaces = (...offsets: number[]) => {
      for (const offset of offsets) {
        const { line, column } = lines.placeAt(offset);
        places.push([offset, line, column]);
      }
    };
    lines.feed(Buffer.from("ab\n\nc"));
    expectPlaces(0, 2, 3);
    lines.feed(Buffer.from("d\ne"));
    expectPlaces(4, 5, 7);
    lines.feed(Buffer.from("\n"));
    expectPlaces(8, 9);
    expect(places).toEqual([
      [0, 1, 1],
      [2, 1, 3],
      [3, 2, 1],
      [4, 3, 1],
      [5, 3, 2],
      [7, 4, 1],
      [8, 4, 2],
      [9, 5, 1],
    ]);
  });
});

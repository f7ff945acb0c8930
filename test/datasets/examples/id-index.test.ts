import { describe, expect, it } from "vitest";
import { digestOf } from "../../../src/core/data/digest.ts";
import { createIdIndex } from "../../../src/datasets/examples/id-index.ts";

describe("createIdIndex", () => {
  it("finds every id by its insertion index as it grows", () => {
    const ids = createIdIndex();
    const all = Array.from({ length: 5000 }, (_, at) => digestOf(at).slice(0, 16));
    for (const id of all) {
      expect(ids.find(id)).toBeUndefined();
      ids.add(id);
    }
    expect(all.map((id) => ids.find(id))).toEqual([...all.keys()]);
  });

  it("distinguishes ids that share a half", () => {
    const ids = createIdIndex();
    const all = ["00000000ffffffff", "ffffffffffffffff", "0000000000000000", "ffffffff00000000"];
    for (const id of all) ids.add(id);
    expect(all.map((id) => ids.find(id))).toEqual([0, 1, 2, 3]);
    expect(ids.find("00000001ffffffff")).toBeUndefined();
  });
});

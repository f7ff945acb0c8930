import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { createKeyTable } from "../../../src/datasets/store/key-table.ts";

test("numbers any number of keys in insertion order", () => {
  const table = createKeyTable();
  const keyOf = (at: number): Buffer => hash("sha256", `${at}`, "buffer").subarray(0, 16);
  const wrong: number[] = [];
  for (let at = 0; at < 20_000; at++) {
    const before = table.find(keyOf(at));
    if (before !== -1 || table.put(keyOf(at)) !== at || table.put(keyOf(at >> 1)) !== at >> 1) wrong.push(at);
  }
  expect(wrong).toEqual([]);
  expect(table.size).toBe(20_000);
  expect(table.keyAt(12_345)).toEqual(keyOf(12_345));
  // Keys with equal prefixes differ in their suffixes.
  const alike = Array.from({ length: 50 }, (_, at) =>
    Buffer.concat([Buffer.alloc(15, 7), Buffer.from([at])]),
  );
  alike.forEach((key, at) => {
    expect(table.put(key)).toBe(20_000 + at);
  });
  expect(alike.map((key) => table.find(key))).toEqual(alike.map((_, at) => 20_000 + at));
});

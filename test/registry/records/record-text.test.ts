import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parsePlainRecord } from "../../../src/registry/records/record-text.ts";

const value = fc.oneof(
  fc.constantFrom(
    "true",
    "Null",
    "0x1f",
    "1e5",
    "12",
    "007",
    "-1",
    ".nan",
    "yes",
    "a: b",
    "a #b",
    "a#b",
    "~",
    "'x'",
    "x,",
    "[]",
    "2026-11-20T10:00:00.000Z",
    "@a",
    "a@b",
    "- a",
    "?",
    "e".repeat(64),
    "1".repeat(64),
    `${"1".repeat(62)}e1`,
  ),
  fc.string({ maxLength: 8 }),
  fc.stringMatching(/^[a-f0-9]{64}$/),
);
const key = fc.oneof(
  fc.constantFrom("a", "version", "null", "true", "__proto__", "constructor"),
  fc.stringMatching(/^[a-z_]{1,4}$/),
);

test("reads what it reads as YAML does", () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 3 }), (pairs) => {
      const text = pairs.map(([name, given]) => `${name}: ${given}\n`).join("");
      const record = parsePlainRecord(text);
      if (record === undefined) return;
      read += 1;
      expect(record).toEqual(parse(text, { version: "1.2", schema: "core" }));
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(100);
});

test("reads words below a key as YAML does", () => {
  const line = fc.oneof(
    fc.tuple(key, value).map(([name, given]) => `${name}: ${given}\n`),
    fc
      .tuple(fc.constantFrom("  ", " ", "    "), key, value)
      .map(([indent, ...pair]) => `${indent + pair.join(": ")}\n`),
    key.map((name) => `${name}:\n`),
    fc.constantFrom("tags:\n  team: core\n", "tags:\n  a: b\n  c: d e\n", "\n", "tags:\n\n  a: b\n"),
  );
  let nested = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), (lines) => {
      const record = parsePlainRecord(lines.join(""));
      if (record === undefined) return;
      nested += Number(Object.values(record).some((one) => typeof one === "object"));
      expect(record).toEqual(parse(lines.join(""), { version: "1.2", schema: "core" }));
    }),
    { numRuns: 5000 },
  );
  expect(nested).toBeGreaterThan(100);
});

test("reads a version's record", () => {
  const digest = `9f86d0${"1".repeat(58)}`;
  const text = `version: 20\nversion_id: prv_a1B\ndigest: ${digest}\ncreated_at: 2026-11-20T19:00:00.000Z\nversion_name: second try\n`;
  expect(parsePlainRecord(text)).toEqual({
    version: 20,
    version_id: "prv_a1B",
    digest,
    created_at: "2026-11-20T19:00:00.000Z",
    version_name: "second try",
  });
});

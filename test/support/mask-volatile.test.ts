import { expect, test } from "vitest";
import { createMask } from "./mask-volatile.ts";

test("hides listed fields, ids and given texts, and keeps the rest of a text", () => {
  const mask = createMask({ "/tmp/x": "<folder>" });
  const text = `{
  "run": "r_20261129-1-ab", "id": "f11dbc8e", "seconds": 0.25, "calls": 15,
  "note": "base of r_20261129-1-ab, seconds: 0.25", "path":"/tmp/x/runs"
}`;
  expect(mask(text)).toBe(`{
  "run": "<r 1>", "id": "f11dbc8e", "seconds": "<seconds>", "calls": 15,
  "note": "base of <r 1>, seconds: 0.25", "path":"<folder>/runs"
}`);
});

test("an id keeps its name from text to text", () => {
  const mask = createMask({});
  expect(mask('{"id":"log_b","trace_id":"log_a"}')).toBe('{"id":"<log 1>","trace_id":"<log 2>"}');
  expect(mask('{"id":"log_a"}')).toBe('{"id":"<log 2>"}');
});

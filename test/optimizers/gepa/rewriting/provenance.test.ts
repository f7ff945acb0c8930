import { expect, test } from "vitest";
import type { Example } from "../../../../src/core/data/example.ts";
import { createProvenance } from "../../../../src/optimizers/gepa/rewriting/rewrite.ts";
import { exampleRow } from "../../../support/example-row.ts";

const [a, b, c] = [exampleRow("a"), exampleRow("b"), exampleRow("c")];
const wrong = (example: Example) => ({ example, output: "no", score: { value: 0 } });
const right = (example: Example) => ({ example, output: "yes", score: { value: 1 } });
const failed = (example: Example) => ({ example, error: { code: "model", message: "no answer" } });

test("an added sentence maps to the failures of its lesson, with or without a score", () => {
  const provenance = createProvenance();
  const rewrite = { p: "Old. New.", q: "Other." };
  provenance.note({ p: "Old." }, rewrite, [wrong(a), failed(b), right(c)]);
  expect(provenance.rowsOf(["New."])).toEqual([a, b]);
  expect(provenance.rowsOf(["Other."])).toEqual([a, b]);
  expect(provenance.rowsOf(["Old."])).toEqual([]);
  expect(provenance.rowsOf(["Never said."])).toEqual([]);
});

test("lessons accumulate; rows keep the order of the lessons without duplicates", () => {
  const provenance = createProvenance();
  provenance.note({ p: "" }, { p: "New." }, [wrong(b)]);
  provenance.note({ p: "" }, { p: "New. Also." }, [wrong(a), wrong(b)]);
  expect(provenance.rowsOf(["New."])).toEqual([b, a]);
  expect(provenance.rowsOf(["Also.", "New."])).toEqual([a, b]);
});

test("a sentence that only moved to another text does not count as added", () => {
  const provenance = createProvenance();
  provenance.note({ p: "Old.", q: "" }, { p: "", q: "Old." }, [wrong(a)]);
  expect(provenance.rowsOf(["Old."])).toEqual([]);
});

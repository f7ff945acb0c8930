import { expect, test } from "vitest";
import { withoutFormula } from "../../../src/core/data/formula-cell.ts";

test.each([
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "\t=1",
  "\r=1",
  "\n=1",
  "  =cmd|' /C calc'!A0",
  "＝1",
  "\tx",
  "\rx",
])("%j is escaped", (text) => expect(withoutFormula(text)).toBe(`'${text}`));

test.each(["", "a=1", "1-2", "x@y.z", '{"a":1}', " plain"])("%j stays", (text) =>
  expect(withoutFormula(text)).toBe(text),
);

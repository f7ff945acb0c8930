import { expect, test } from "vitest";
import {
  countOf,
  formatBytes,
  formatCount,
  formatGain,
  formatInterval,
  formatPercent,
  formatScore,
  formatSeconds,
  formatUsd,
} from "../../../src/cli/terminal/format.ts";

test("figures are formatted for reading", () => {
  expect([0.5, null, undefined].map(formatScore)).toEqual(["0.500", "–", "–"]);
  expect([0.1234, -0.1234, 0].map((value) => formatGain(value))).toEqual(["+0.123", "−0.123", "+0.000"]);
  expect(formatInterval([-0.25, 0.5])).toBe("[−0.250, 0.500]");
  expect(formatPercent(1.1551)).toBe("115.5 %");
  expect(formatCount(1234567)).toBe("1,234,567");
  expect([null, 0, 0.00012345, 1.005, 12].map(formatUsd)).toEqual(["–", "$0", "$0.00012", "$1.00", "$12.00"]);
  expect([0.04, 59.9, 61, 3599.9, 3600, 7384].map(formatSeconds)).toEqual([
    "0.0 s",
    "59.9 s",
    "1 m 1 s",
    "1 h 0 m",
    "1 h 0 m",
    "2 h 3 m",
  ]);
  expect([countOf(1, "row"), countOf(2, "row"), countOf(2, "child", "children")]).toEqual([
    "1 row",
    "2 rows",
    "2 children",
  ]);
});

test("sizes are printed in thousands, with one decimal below a hundred", () => {
  expect([0, 999, 1000, 1550, 99_949, 123_456, 2.5e9, 1e18].map(formatBytes)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "1.6 kB",
    "99.9 kB",
    "123 kB",
    "2.5 GB",
    "1000000 TB",
  ]);
});

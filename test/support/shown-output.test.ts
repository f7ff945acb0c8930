import { expect, test } from "vitest";
import { comparableOutput, matchesShown } from "./shown-output.ts";

test("differences from run to run are normalized", () => {
  expect(
    comparableOutput(
      "Time   0.9 s\nrun r_20261120-202926-zh6g of 2026-11-20 20:29\n/tmp/x/prompts\n┌────┐  \n2 m 3 s\n",
      "/tmp/x",
    ),
  ).toBe("Time DURATION\nrun r_RUN of TIME\n~/dao-opt/prompts\n┌─┐\nDURATION");
});

test("figures are not normalized", () => {
  expect(comparableOutput("0.311 0.733 1,257 calls", "/tmp/x")).toBe("0.311 0.733 1,257 calls");
});

test("an ellipsis on its own line matches any lines", () => {
  expect(matchesShown("a\nb\nc\nd", "a\n…\nd")).toBe(true);
  expect(matchesShown("a\nd", "a\n…\nd")).toBe(true);
  expect(matchesShown("a\nb\nc", "a\n…\nd")).toBe(false);
  expect(matchesShown("a.c", "abc")).toBe(false);
});

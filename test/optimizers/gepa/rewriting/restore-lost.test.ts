import { expect, test } from "vitest";
import { restoreLost } from "../../../../src/optimizers/gepa/rewriting/fold.ts";

const base = "Judge the case.\nBe brief.\nBe kind.\nCase: {{case}}";
const withRule = (rule: string) => base.replace("Be kind.", `Be kind.\n${rule}`);
const without = (sentence: string) => base.replace(`${sentence}\n`, "");

test("what all rewrites kept comes back to its place", () => {
  const fold = withRule("Mind a.").replace("Be brief.\n", "");
  expect(restoreLost({ base, rewrites: [withRule("Mind a."), withRule("Mind b.")], fold })).toBe(
    withRule("Mind a."),
  );
});

test("what one rewrite alone dropped comes back, what two dropped does not", () => {
  const fold = without("Be kind.");
  const [dropped, kept] = [without("Be kind."), withRule("Mind a.")];
  expect(restoreLost({ base, rewrites: [dropped, kept, kept], fold })).toBe(
    "Judge the case.\nBe brief.\nBe kind.\nMind a.\nCase: {{case}}",
  );
  expect(restoreLost({ base, rewrites: [dropped, dropped, withRule("Mind a.")], fold })).toBe(fold);
});

test("what two rewrites came to comes back, what one alone added does not", () => {
  const rewrites = [withRule("Mind a."), withRule("Mind a."), withRule("Mind b.")];
  expect(restoreLost({ base, rewrites, fold: base })).toBe(withRule("Mind a."));
});

test("several that are missing come back in their order", () => {
  const both = withRule("Mind a.\nMind b.");
  expect(restoreLost({ base, rewrites: [both, both], fold: base })).toBe(both);
});

test("what the fold adds of its own stays where it is", () => {
  const fold = `${without("Be brief.")}\nNever guess.`;
  expect(restoreLost({ base, rewrites: [base, withRule("Mind a.")], fold })).toBe(`${base}\nNever guess.`);
});

test("a fold in its own words is left alone", () => {
  const rewrites = [withRule("Mind a."), withRule("Mind b.")];
  const fold = "Judge it briefly and kindly, mind a and b.\nCase: {{case}}";
  expect(restoreLost({ base, rewrites, fold })).toBe(fold);
});

test("three in five taken over word for word is enough to be mended, fewer is not", () => {
  const five = "A.\nB.\nC.\nD.\nE.";
  expect(restoreLost({ base: five, rewrites: [five, five], fold: "A.\nB.\nC." })).toBe(five);
  expect(restoreLost({ base: five, rewrites: [five, five], fold: "A.\nB." })).toBe("A.\nB.");
});

test("a sentence that is the beginning of another one is not taken for that", () => {
  const lists = "Mind these\n- refund\n- pay";
  const fold = "Mind these\n- refunds of old\n- refund";
  expect(restoreLost({ base: lists, rewrites: [lists, lists], fold })).toBe(
    "Mind these\n- refunds of old\n- refund\n- pay",
  );
});

test("an item of a numbered list is not lost because its number changed", () => {
  const numbered = "Rules:\n1. Be brief.\n2. Be kind.";
  const fold = "Rules:\n1. Mind a.\n2. Be brief.\n3. Be kind.";
  expect(restoreLost({ base: numbered, rewrites: [numbered, numbered], fold })).toBe(fold);
});

import { expect, test } from "vitest";
import { restoreLost } from "../../../../src/optimizers/gepa/rewriting/fold.ts";

const base = "Judge the case.\nBe brief.\nBe kind.\nCase: {{case}}";
const withRule = (rule: string) => base.replace("Be kind.", `Be kind.\n${rule}`);
const without = (sentence: string) => base.replace(`${sentence}\n`, "");

test("restores what all rewrites kept, in its place", () => {
  const fold = withRule("Mind a.").replace("Be brief.\n", "");
  expect(restoreLost({ base, rewrites: [withRule("Mind a."), withRule("Mind b.")], fold })).toBe(
    withRule("Mind a."),
  );
});

test("restores what one rewrite alone dropped, but not what two dropped", () => {
  const fold = without("Be kind.");
  const [dropped, kept] = [without("Be kind."), withRule("Mind a.")];
  expect(restoreLost({ base, rewrites: [dropped, kept, kept], fold })).toBe(
    "Judge the case.\nBe brief.\nBe kind.\nMind a.\nCase: {{case}}",
  );
  expect(restoreLost({ base, rewrites: [dropped, dropped, withRule("Mind a.")], fold })).toBe(fold);
});

test("restores what two rewrites added, but not what one added", () => {
  const rewrites = [withRule("Mind a."), withRule("Mind a."), withRule("Mind b.")];
  expect(restoreLost({ base, rewrites, fold: base })).toBe(withRule("Mind a."));
});

test("restores several sentences in order", () => {
  const both = withRule("Mind a.\nMind b.");
  expect(restoreLost({ base, rewrites: [both, both], fold: base })).toBe(both);
});

test("keeps the fold's own additions in place", () => {
  const fold = `${without("Be brief.")}\nNever guess.`;
  expect(restoreLost({ base, rewrites: [base, withRule("Mind a.")], fold })).toBe(`${base}\nNever guess.`);
});

test("leaves a fold in new wording unchanged", () => {
  const rewrites = [withRule("Mind a."), withRule("Mind b.")];
  const fold = "Judge it briefly and kindly, mind a and b.\nCase: {{case}}";
  expect(restoreLost({ base, rewrites, fold })).toBe(fold);
});

test("repairs a fold that keeps three in five sentences word for word, but not fewer", () => {
  const five = "A.\nB.\nC.\nD.\nE.";
  expect(restoreLost({ base: five, rewrites: [five, five], fold: "A.\nB.\nC." })).toBe(five);
  expect(restoreLost({ base: five, rewrites: [five, five], fold: "A.\nB." })).toBe("A.\nB.");
});

test("does not confuse a sentence with a longer one that starts with it", () => {
  const lists = "Mind these\n- refund\n- pay";
  const fold = "Mind these\n- refunds of old\n- refund";
  expect(restoreLost({ base: lists, rewrites: [lists, lists], fold })).toBe(
    "Mind these\n- refunds of old\n- refund\n- pay",
  );
});

test("does not treat a renumbered list item as lost", () => {
  const numbered = "Rules:\n1. Be brief.\n2. Be kind.";
  const fold = "Rules:\n1. Mind a.\n2. Be brief.\n3. Be kind.";
  expect(restoreLost({ base: numbered, rewrites: [numbered, numbered], fold })).toBe(fold);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editsOf, undo } from "../../../../src/optimizers/gepa/rewriting/edits.ts";
import { sentencesOf } from "../../../../src/optimizers/search/text-edits.ts";

describe("the edits of a rewrite", () => {
  test("sentences added or dropped count separately, replaced ones together, text by text", () => {
    const before = { system: "A.\nB.\nC.\nD.", user: "Case: {{case}}" };
    const after = { system: "A.\nX.\nY.\nC.\nE.\nF.", user: "Case: {{case}}" };
    expect(editsOf(before, { ...after, system: "A.\nX. Y.\nC." })).toEqual([
      { name: "system", at: 1, removed: ["B."], added: ["X.", "Y."] },
      { name: "system", at: 4, removed: ["D."], added: [] },
    ]);
    expect(editsOf({ ...before, system: "C." }, { ...after, system: "C.\nE. F." })).toEqual([
      { name: "system", at: 1, removed: [], added: ["E."] },
      { name: "system", at: 2, removed: [], added: ["F."] },
    ]);
    expect(editsOf(before, { ...before, user: "Judge: {{case}}" })).toEqual([
      { name: "user", at: 0, removed: ["Case: {{case}}"], added: ["Judge: {{case}}"] },
    ]);
  });

  test("line breaks, whitespace and list numbers are not edits", () => {
    expect(editsOf({ p: "A. B.\n1. C.\n2. D." }, { p: " A.\n\nB.\n2. C.\n3. D." })).toEqual([]);
  });
});

describe("an edit undone", () => {
  const before = { p: "A. B.\nC.\n- D", q: "Q." };
  const undoneOf = (after: string, chosen: (name: string) => boolean) => {
    const edits = editsOf(before, { ...before, p: after });
    const some = edits.filter(({ added, removed }) => [...added, ...removed].some(chosen));
    return undo(before, { ...before, p: after }, some);
  };

  test.each([
    ["an addition", "A. B.\nC.\nX.\nY.\n- D", "X.", "A. B.\nC.\nY.\n- D"],
    ["a removal comes back where it stood", "A.\nC.\nX.\n- D", "B.", "A.\nB.\nC.\nX.\n- D"],
    ["a removal at the start", "B.\nC.\n- D\nX.", "A.", "A.\nB.\nC.\n- D\nX."],
    ["what was put in place of others", "A. X. Y.\nC.\n- D\nZ.", "X.", "A.\nB.\nC.\n- D\nZ."],
  ])("%s", (_, after, chosen, result) => {
    expect(undoneOf(after, (sentence) => sentence === chosen)).toEqual({ p: result, q: "Q." });
  });

  test("among equal sentences, removes the added one", () => {
    const [edit] = editsOf({ p: "A.\nB." }, { p: "A.\nB.\nA.\nX." });
    expect(undo({ p: "A.\nB." }, { p: "A.\nB.\nA.\nX." }, edit === undefined ? [] : [edit])).toEqual({
      p: "A.\nB.\nX.",
    });
  });

  test("a sentence that is a prefix of another leaves the other unchanged", () => {
    const [texts, rewrite] = [{ p: "- refunds wait" }, { p: "- refunds wait\n- refund\n- pay" }];
    expect(undo(texts, rewrite, editsOf(texts, rewrite).slice(0, 1))).toEqual({ p: "- refunds wait\n- pay" });
  });

  test("without edits, the rewrite is unchanged", () => {
    expect(undo({ p: "A." }, { p: "A.\n\nB. " }, [])).toEqual({ p: "A.\n\nB. " });
  });
});

const few = fc.constantFrom("A.", "B.", "- c", "- c d", "```", "1. E.", "Case: {{case}}", "F. G.");
const text = fc
  .tuple(fc.array(few, { maxLength: 8 }), fc.constantFrom("\n", "\n\n", "\r\n", " \n  "))
  .map(([lines, newline]) => lines.join(newline));
const texts = fc.record({ p: text, q: text });

test("with all edits undone, the texts equal the originals byte for byte", () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      expect(undo(before, after, editsOf(before, after))).toEqual(before);
    }),
  );
});

test("undoing an edit leaves the other edits", () => {
  fc.assert(
    fc.property(texts, texts, fc.nat(), (before, after, somewhere) => {
      const edits = editsOf(before, after);
      const edit = edits[somewhere % Math.max(1, edits.length)];
      fc.pre(edit !== undefined);
      const now = undo(before, after, [edit as (typeof edits)[number]]);
      const { name, at, added, removed } = edit as (typeof edits)[number];
      const expected = sentencesOf(after[name as "p"]).toSpliced(at, added.length, ...removed);
      expect(sentencesOf(now[name] ?? "")).toEqual(expected);
    }),
  );
});

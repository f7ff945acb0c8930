import { describe, expect, it } from "vitest";
import { chooseDefaultScorer } from "../../src/scorers/create-scorer.ts";
import { makeExample } from "./fixtures.ts";

const choose = (...answers: string[]) =>
  chooseDefaultScorer(answers.map((expected) => makeExample({ expected })));

describe("chooseDefaultScorer", () => {
  it("chooses exact_match if every answer is short", () => {
    expect(choose("positive", "negative")).toBe("exact_match");
    expect(choose(" one two three four five \n")).toBe("exact_match");
  });

  it("chooses equivalence as soon as one answer is long or has two lines", () => {
    expect(choose("positive", "one two three four five six")).toBe("equivalence");
    expect(choose("a\nb")).toBe("equivalence");
  });

  it("counts the source model's answers as expected ones, and skips rows without any", () => {
    expect(chooseDefaultScorer([makeExample({ sourceOutput: "yes" }), makeExample()])).toBe("exact_match");
  });

  it("chooses equivalence for facts, and without any answers", () => {
    expect(chooseDefaultScorer([makeExample({ expectedFacts: ["a"] })])).toBe("equivalence");
    expect(chooseDefaultScorer([makeExample()])).toBe("equivalence");
    expect(chooseDefaultScorer([])).toBe("equivalence");
  });

  it("stops reading at the first long answer", () => {
    let read = 0;
    const rows = function* () {
      for (; read < 100; read++) yield makeExample({ expected: "a long answer of more than five words" });
    };
    chooseDefaultScorer(rows());
    expect(read).toBe(0);
  });
});

import { expect, test } from "vitest";
import { rejectionCause } from "../../../src/run/progress/rejection-cause.ts";

// Reasons as the shipped engines report them.
test.each([
  ["the same text as its parent", "same text as the parent"],
  ["almost the same text as its parent", "almost the same text as the parent"],
  ["the same text as an earlier candidate", "same text as an earlier one"],
  ["validation against c1: better on 3 and worse on 4 of 30 rows, stopped there", "no better"],
  [
    "validation against c1: better on 3 and worse on 1 of 30 rows; another rewrite of this step was better",
    "beaten by another of the step",
  ],
  ["no better than c1, after 12 of 30 validation rows", "no better"],
  ["the budget does not pay for its validation", "over budget"],
  ["does as well without 2 of 5 edits: see c7", "as good without some edits"],
  ["mean on train rows 0.30, after 0.50 for c1", "worse on train rows"],
  ["the reply holds no fenced block", "reply without a usable block"],
  ['the text "p" lost the variable {{text}}, which must stay in it', "broke the prompt's contract"],
  // An own engine: its words without what differs each time.
  ["worse by 0.25 than c12; see log", "worse by … than …"],
  ["x".repeat(60), `${"x".repeat(39)}…`],
])("%s", (reason, cause) => {
  expect(rejectionCause(reason)).toBe(cause);
});

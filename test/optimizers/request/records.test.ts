import { expect, test } from "vitest";
import type { Outcome } from "../../../src/contracts/optimizer.ts";
import { renderRecords, scoreText } from "../../../src/optimizers/request/records.ts";
import { rows } from "../../support/lab-world.ts";

const [example] = rows(1);
if (example === undefined) throw new Error("one row was asked for");

test("an example is shown field by field, all in fences", () => {
  const outcome: Outcome = {
    example: {
      ...example,
      inputs: { text: "Where is\n```my``` parcel?", order: { id: 7 } },
      expected: "shipped",
      expectedFacts: ["it left on Monday", "it comes by rail"],
    },
    output: "I do not know.",
    toolCalls: [{ id: "call_1", name: "find_order", arguments: '{"id":7}' }],
    trace: ["asked", "answered"],
    score: { value: 1 / 3, feedback: "the label is missing" },
  };
  expect(renderRecords([outcome], 2000)).toBe(`## Example 1

### Inputs

\`\`\`\`
text: Where is
\`\`\`my\`\`\` parcel?
order: {"id":7}
\`\`\`\`

### Assistant's answer

\`\`\`
I do not know.
\`\`\`

### Tool calls

\`\`\`
find_order({"id":7})
\`\`\`

### Steps

\`\`\`
["asked","answered"]
\`\`\`

### Expected answer

\`\`\`
shipped
\`\`\`

### Expected facts

\`\`\`
- it left on Monday
- it comes by rail
\`\`\`

### Score

0.333

### Feedback

\`\`\`
the label is missing
\`\`\``);
});

test("a row without an answer shows why it has no score", () => {
  const outcome: Outcome = { example, error: { code: "model_failed", message: "the request is too long" } };
  expect(renderRecords([outcome], 2000)).toBe(`## Example 1

### Inputs

\`\`\`
text: text 0
\`\`\`

### Assistant's answer

\`\`\`
(no answer)
\`\`\`

### Expected answer

\`\`\`
yes
\`\`\`

### Score

none

### Feedback

\`\`\`
No score: the request is too long
\`\`\``);
});

test("examples are numbered, and each long field is cut on its own", () => {
  const outcomes = ["a", "b"].map(
    (letter): Outcome => ({
      example: { ...example, inputs: { text: letter.repeat(500) }, expected: letter.repeat(500) },
      output: letter.repeat(90),
      score: { value: 0, feedback: letter.repeat(101) },
    }),
  );
  const shown = renderRecords(outcomes, 100);
  expect(shown.match(/^## Example \d+$/gm)).toEqual(["## Example 1", "## Example 2"]);
  expect(shown).toContain(`\n${"b".repeat(90)}\n`);
  expect(shown.match(/\[… \d+ characters left out …\]/g)).toEqual(
    ["a", "b"].flatMap(() => [
      "[… 406 characters left out …]",
      "[… 400 characters left out …]",
      "[… 1 characters left out …]",
    ]),
  );
});

test("scores are shown with at most three decimals", () => {
  expect([1, 0, 0.5, 2 / 3, 0.9999].map(scoreText)).toEqual(["1", "0", "0.5", "0.667", "1"]);
});

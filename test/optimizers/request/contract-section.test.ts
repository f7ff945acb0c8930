import { expect, test } from "vitest";
import { contractSection } from "../../../src/optimizers/request/sections.ts";

test("lists what a text must keep, word for word", () => {
  const contract = {
    variables: { user: ["text", "tone"], system: [] },
    locked: ["Answer 'yes' or 'no'.", "Be kind."],
    maxPromptTokens: 120,
  };
  expect(contractSection(contract, "user", "Answer 'yes' or 'no'. Text: {{text}}, {{tone}}")).toBe(
    `# What must stay

These variables, written exactly so, each at least once, and no others:
- {{text}}
- {{tone}}

These passages, word for word:

\`\`\`
Answer 'yes' or 'no'.
\`\`\`

All texts of the prompt together take at most about 120 tokens.`,
  );
});

test("forbids variables for a text without any", () => {
  expect(contractSection({ variables: {}, locked: [] }, "system", "Be brief.")).toBe(
    "# What must stay\n\nThe text has no variables. Do not write anything in double braces.",
  );
});

import { defineScorer, z } from "dao-opt";

/** Scores 1 for the right label alone, 0.5 for the right label among other words. */
export default defineScorer({
  name: "label-with-manners",
  summary: "the right label, and nothing else around it",
  options: z.strictObject({
    partial: z.number().min(0).max(1).default(0.5).describe("score of a right label among other words"),
  }),
  create: ({ partial }) => ({
    judgeCalls: { usual: 0, most: 0 },
    async score({ example, output }) {
      const expected = example.expected ?? "";
      if (output.trim() === expected) return { value: 1 };
      const words = output.toLowerCase().match(/[a-z]+/g) ?? [];
      if (words.includes(expected)) {
        return {
          value: partial,
          feedback: `expected "${expected}" alone, got "${output}": leave out the other words`,
        };
      }
      return { value: 0, feedback: `expected "${expected}", got "${output}"` };
    },
  }),
});

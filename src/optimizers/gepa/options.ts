import { z } from "zod";
import { rewriteOption } from "../request/rewrite-option.ts";

export const gepaOptions = z.strictObject({
  minibatch_size: z
    .int()
    .min(1)
    .max(50)
    .default(5)
    .describe("Train rows that a rewrite starts from; also the most failures that a reflection is shown"),
  selection: z
    .enum(["pareto", "current_best", "epsilon_greedy"])
    .default("pareto")
    .describe("How parents are drawn from the candidates accepted so far"),
  epsilon: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe("Share of parents drawn at random under `selection: epsilon_greedy`"),
  components: z
    .enum(["round_robin", "all"])
    .default("round_robin")
    .describe("Which texts a rewrite changes if a prompt has several: one in turn, or all of them"),
  acceptance: z
    .enum(["paired", "strict_sum", "improvement_or_equal"])
    .default("paired")
    .describe(
      "paired: a test on validation rows, which the minibatch does not contain; the others compare sums on the minibatch itself",
    ),
  error_level: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.25)
    .describe("Chance that `acceptance: paired` accepts a rewrite that is no better"),
  validation: z
    .enum(["racing", "full"])
    .default("racing")
    .describe("racing: validation row by row in blocks, losers stopped early; full: every row at once"),
  block_size: z
    .int()
    .min(1)
    .default(4)
    .describe(
      "Half of the validation rows before the first check of a race; each further check doubles the rows",
    ),
  merge: z
    .enum(["fold", "components", "off"])
    .default("fold")
    .describe(
      "fold: the rewrites of a step are combined into one; components: two lineages swap whole texts",
    ),
  restore: z
    .boolean()
    .default(true)
    .describe("Restore sentences that a fold drops although the rewrites it combines agree on them"),
  prune: z
    .boolean()
    .default(true)
    .describe(
      "If the budget covers it, run failures twice before learning from them, and undo edits that change no answer on the rows they were made for",
    ),
  labels: z
    .boolean()
    .default(true)
    .describe(
      "If the expected answers are a set of labels that the prompt does not name, and many answers are not in it, try the set itself before the first step",
    ),
  rewrite: rewriteOption,
  memory: z
    .int()
    .min(0)
    .default(4)
    .describe("Rejected edits of a parent shown to its later reflections; 0 for none"),
  max_field_characters: z
    .int()
    .min(100)
    .default(2000)
    .describe("Longest field of an example in a reflection; longer ones lose their middle"),
});

export type GepaOptions = z.output<typeof gepaOptions>;

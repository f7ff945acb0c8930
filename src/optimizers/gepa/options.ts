import { z } from "zod";

export const gepaOptions = z.strictObject({
  minibatch_size: z
    .int()
    .min(1)
    .max(50)
    .default(5)
    .describe("Train rows a rewrite starts from; also how many failures a reflection is shown at most"),
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
    .describe("Which texts of a prompt with several a rewrite changes: one in turn, or all of them"),
  acceptance: z
    .enum(["paired", "strict_sum", "improvement_or_equal"])
    .default("paired")
    .describe(
      "paired: a test on validation rows the minibatch has no part in; the others compare sums on the minibatch itself",
    ),
  error_level: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.25)
    .describe("Chance that `acceptance: paired` takes a rewrite that is no better"),
  validation: z
    .enum(["racing", "full"])
    .default("racing")
    .describe("racing: validation row by row in blocks, losers stopped early; full: every row at once"),
  block_size: z.int().min(1).default(4).describe("Validation rows between two looks at a race"),
  merge: z
    .enum(["fold", "components", "off"])
    .default("fold")
    .describe(
      "fold: the rewrites of a step are combined into one; components: two lineages swap whole texts",
    ),
  restore: z
    .boolean()
    .default(true)
    .describe("Put sentences back that a fold drops although the rewrites it combines agree on them"),
  prune: z
    .boolean()
    .default(true)
    .describe(
      "Where the budget pays for it, run failures twice before learning from them, and undo the edits of a rewrite that change no answer to the rows they were made for",
    ),
  memory: z
    .int()
    .min(0)
    .default(4)
    .describe("Rejected edits of a parent that its later reflections are shown; 0 for none"),
  max_field_characters: z
    .int()
    .min(100)
    .default(2000)
    .describe("Longest field of an example in a reflection; longer ones lose their middle"),
});

export type GepaOptions = z.output<typeof gepaOptions>;

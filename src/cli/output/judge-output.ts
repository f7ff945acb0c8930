import { z } from "zod";
import type { JudgeStanding } from "../../contracts/judge-check.ts";

/** A judge of a run, with its agreement with people. */
export const judgeSchema = z.object({
  scorer: z.string(),
  model: z.string(),
  prompt: z.string().nullable().describe("URI of the judge's registered rules"),
  judge: z.string().describe("digest of scorer, options, rules and model"),
  check: z
    .object({
      at: z.string(),
      labels: z.int(),
      kappa: z.number().nullable(),
      interval: z.tuple([z.number(), z.number()]).nullable(),
      weighted: z.boolean().describe("quadratically weighted: people gave grades"),
      held_out: z.boolean().describe("measured on labels that `judge align` held out"),
    })
    .nullable()
    .describe("newest agreement with people; null if the judge was never checked"),
});

export function judgeOutput({
  scorer,
  model,
  prompt,
  digest,
  check,
}: JudgeStanding): z.infer<typeof judgeSchema> {
  const figure = check?.weightedKappa ?? check?.kappa;
  const interval: [number, number] | null = figure?.interval
    ? [figure.interval[0], figure.interval[1]]
    : null;
  return {
    ...{ scorer, model, prompt: prompt ?? null, judge: digest },
    check: check && {
      ...{ at: check.at, labels: check.rows, kappa: figure?.value ?? null, interval },
      weighted: check.weightedKappa !== null,
      held_out: check.run !== undefined,
    },
  };
}

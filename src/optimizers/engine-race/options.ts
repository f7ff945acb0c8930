import { z } from "zod";

const engine = z.union([
  z.string().min(1).describe("name of an engine, or path of a module"),
  z.strictObject({
    use: z.string().min(1).describe("name of an engine, or path of a module"),
    options: z.record(z.string(), z.json()).default({}).describe("options of that engine"),
  }),
]);

export const raceOptions = z.strictObject({
  engines: z
    .array(engine)
    .min(1)
    .default(["gepa", "few_shot", "mipro"])
    .describe(
      "Engines that race, each a name, a path, or {use, options}; the first one leads until another is significantly better",
    ),
  exploration: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.1)
    .describe("Share of the budget that the engines behind the leader may spend to challenge it"),
  eta: z.int().min(2).default(3).describe("One in this many challengers moves on after a rung"),
  rows: z
    .int()
    .min(2)
    .default(8)
    .describe("Validation rows on which engines are first compared; more where the budget allows"),
  error_level: z
    .number()
    .gt(0)
    .max(0.5)
    .default(0.1)
    .describe("Chance that an engine that is no better takes the lead at one comparison"),
  hand_over: z
    .boolean()
    .default(true)
    .describe("Engines that continue after the leader has ended start from the best prompt found so far"),
});

export type RaceOptions = z.output<typeof raceOptions>;

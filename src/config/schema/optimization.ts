import { z } from "zod";
import { ignoredOptimizationKeys } from "../layout.ts";
import { agentSchema } from "./agent.ts";
import { datasetSchema } from "./dataset.ts";
import { jsonObject, name, positive, positiveInteger, reference, share, withoutEffect } from "./fields.ts";
import { modelSchema } from "./model.ts";
import { promptSchema } from "./prompt.ts";

const options = jsonObject().default({}).describe("options of the plugin; see its help");

const optimizer = z.union([
  name(),
  z.strictObject({ use: name().describe("name of an engine, or path of a module"), options }),
]);
const scorer = z.union([
  name(),
  z.strictObject({
    use: name().describe("name of a scorer, or path of a module"),
    options,
    weight: positive().default(1).describe("weight of this scorer in the mean"),
    prompt: z
      .string()
      .min(1)
      .optional()
      .describe(
        "registered prompt of a judge, such as judges/correctness or judges/correctness@production, in place of its built-in rules; default version: the latest",
      ),
  }),
]);

const budget = z
  .strictObject({
    calls: positiveInteger().optional().describe("model calls"),
    usd: positive().optional().describe("US dollars; every model needs a known price"),
    tokens: positiveInteger().optional().describe("input + output tokens"),
    minutes: positive().optional().describe("minutes from the start"),
  })
  .describe("caps on all calls of target, reflection and judge models, including the test; default: none");

const gate = z
  .strictObject({
    mode: z
      .enum(["better", "non_inferior"])
      .default("better")
      .describe("better: the gain must be above 0; non_inferior: at most `margin` worse than the base"),
    min_gain: z
      .number()
      .min(-1)
      .max(1)
      .optional()
      .describe("minimum gain on the test rows; default: 0 (non_inferior: -margin)"),
    margin: share().optional().describe("with non_inferior: largest accepted loss; default: 0.02"),
    confidence: z
      .number()
      .gt(0.5)
      .lt(1)
      .default(0.95)
      .describe("confidence of the interval, between 0.5 and 1"),
  })
  .describe("what a candidate must achieve on the test rows to become a version");

const select = z.union([
  z.literal("best"),
  z.strictObject({ cheapest_within: share().describe("quality to give up for a shorter prompt") }),
]);
const objectives = z
  .strictObject({
    quality: z.number().min(0).default(1).describe("weight of the score"),
    prompt_tokens: z.number().min(0).default(0).describe("weight of a short prompt"),
    select: select.optional().describe("same as `select` next to `objectives`"),
  })
  .describe("weights of quality and length");

const model = (what: string) => reference(modelSchema).optional().describe(what);

/** An entry of `optimizations.prompt_optimizations`, as written. */
export const optimizationSchema = z.strictObject({
  name: name().optional().describe("name in tables, results and `--only`; default: its key"),
  description: z.string().optional().describe("free text"),
  prompt: reference(promptSchema)
    .optional()
    .describe("prompt to optimize: an object, or the key or name of a prompt; default: the agent's"),
  prompts: z
    .array(reference(promptSchema))
    .min(1)
    .optional()
    .describe("several prompts of one agent, optimized together"),
  agent: reference(agentSchema).describe(
    "agent with the target model: an object, or the key or name of an agent",
  ),
  dataset_name: reference(datasetSchema)
    .optional()
    .describe("key of `datasets`, or name of a dataset collected earlier"),
  dataset: reference(datasetSchema).optional().describe("same as dataset_name, or an inline dataset"),
  reflection_model: model("model that rewrites the prompt; default: the agent's model"),
  scorer_model: model("model that judges answers; default: the agent's model"),
  source_model: model("model to migrate from; adds parity, cost and latency relative to it; default: none"),
  source_prompt: z
    .string()
    .min(1)
    .optional()
    .describe(
      "prompt of the source model: a key, a path or prompts:/a/b/3; default: the one in the rows' traces, else the config's template, else version 1",
    ),
  num_candidates: positiveInteger().default(5).describe("rewrites proposed per step"),
  max_steps: positiveInteger()
    .optional()
    .describe("maximum number of steps; default: 3, or unlimited if a budget is set"),
  temperature: z
    .number()
    .min(0)
    .max(2)
    .optional()
    .describe("temperature of the reflection model, 0 to 2; default: the model's own, else 0"),
  optimizer: optimizer
    .default("gepa")
    .describe("gepa, metaprompt, few_shot, mipro, race, the path of a module, or {use, options}"),
  scorers: z
    .array(scorer)
    .default([])
    .describe(
      "exact_match, contains, regex, numeric, similarity, label, facts, json_fields, json_schema, length, tool_call, equivalence, correctness, guidelines, pairwise, the path of a module, or {use, options, weight, prompt}; default: exact_match if every expected answer is short, else equivalence",
    ),
  budget: budget.optional(),
  gate: gate.prefault({}),
  objectives: objectives.prefault({}),
  select: select
    .optional()
    .describe(
      "best, or {cheapest_within: 0.01}: the shortest prompt within that margin of the best; default: best",
    ),
  patience: positiveInteger().default(3).describe("steps without progress before stopping"),
  on_bad_row: z
    .enum(["fail", "skip"])
    .default("fail")
    .describe("whether an unusable row ends the run (fail) or is left out (skip)"),
  max_error_rate: share()
    .default(0.2)
    .describe("maximum share of failed rows, 0 to 1; above it the optimization fails"),
  deploy_to: name()
    .optional()
    .describe("environment to deploy the new version to if the gate passes; default: none"),
  seed: z.int().default(42).describe("seed of all random choices"),
  ...withoutEffect(ignoredOptimizationKeys),
});

export type WrittenOptimization = z.output<typeof optimizationSchema>;

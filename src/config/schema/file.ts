import { z } from "zod";
import { ignoredOptimizations, ignoredResources, ignoredTopSections } from "../layout.ts";
import { agentSchema } from "./agent.ts";
import { datasetSchema } from "./dataset.ts";
import { name, withoutEffect } from "./fields.ts";
import { modelSchema } from "./model.ts";
import { optimizationSchema } from "./optimization.ts";
import { promptSchema, schemaSchema } from "./prompt.ts";

const section = <Schema extends z.ZodType>(item: Schema, what: string) =>
  z.record(name(), item).default({}).describe(what);

/** The config file as written: snake_case, short forms, and every default optional. */
export const fileSchema = z.strictObject({
  schemas: section(schemaSchema, "folders of prompts, by key"),
  resources: z
    .strictObject({
      llms: section(modelSchema, "models, by key"),
      models: section(modelSchema, "the same as llms, in the later dialect"),
      ...withoutEffect(ignoredResources),
    })
    .prefault({})
    .describe("the models"),
  prompts: section(promptSchema, "prompts, by key"),
  agents: section(agentSchema, "agents, by key"),
  datasets: section(datasetSchema, "datasets, by key"),
  optimizations: z
    .strictObject({
      prompt_optimizations: section(optimizationSchema, "what to optimise, by key"),
      training_datasets: section(datasetSchema, "dao-ai's; read as part of `datasets`"),
      ...withoutEffect(ignoredOptimizations),
    })
    .prefault({})
    .describe("what `dao-opt run` does"),
  registry: z
    .strictObject({
      path: name()
        .default("./prompts")
        .describe("folder, relative to this file; meant to be committed to git"),
    })
    .prefault({})
    .describe("where versions of prompts are kept"),
  state: z
    .strictObject({
      path: name()
        .default("./.dao-opt")
        .describe("folder, relative to this file; meant to be ignored by git"),
    })
    .prefault({})
    .describe("where runs, journal, cache, traces and collected datasets are kept"),
  variables: z
    .record(name(), z.unknown())
    .default({})
    .describe(
      "values for ${var.NAME}: a value, {env: NAME, default_value: x}, {value: x} or {options: [...], default_value: x}",
    ),
  parameters: z
    .record(name(), z.unknown())
    .default({})
    .describe(
      "values for ${param.NAME} and ${var.NAME}: a value, or {description, default}; the environment variable NAME wins",
    ),
  ...withoutEffect(ignoredTopSections),
});

export type WrittenConfig = z.output<typeof fileSchema>;

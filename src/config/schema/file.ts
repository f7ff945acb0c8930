import { z } from "zod";
import { ignoredOptimizations, ignoredResources, ignoredTopSections } from "../layout.ts";
import { agentSchema } from "./agent.ts";
import { datasetSchema } from "./dataset.ts";
import { databaseUrl, name, withoutEffect } from "./fields.ts";
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
      models: section(modelSchema, "same as llms, in the later dao-ai dialect"),
      ...withoutEffect(ignoredResources),
    })
    .prefault({})
    .describe("models"),
  prompts: section(promptSchema, "prompts, by key"),
  agents: section(agentSchema, "agents, by key"),
  datasets: section(datasetSchema, "datasets, by key"),
  optimizations: z
    .strictObject({
      prompt_optimizations: section(optimizationSchema, "optimizations, by key"),
      training_datasets: section(datasetSchema, "from dao-ai; treated as part of `datasets`"),
      ...withoutEffect(ignoredOptimizations),
    })
    .prefault({})
    .describe("the work of `dao-opt run`"),
  registry: z
    .strictObject({
      path: name().default("./prompts").describe("folder, relative to this file; commit it to git"),
      mlflow: z
        .union([z.boolean(), name()])
        .optional()
        .describe(
          "push new versions to MLflow as well: true (the server of `tracking`, else MLFLOW_TRACKING_URI) or a URL; default: false",
        ),
    })
    .prefault({})
    .describe("where prompt versions are stored"),
  state: z
    .strictObject({
      path: name().default("./.dao-opt").describe("folder, relative to this file; exclude it from git"),
      answers: databaseUrl()
        .optional()
        .describe(
          "PostgreSQL database for answers that several machines share: postgres://host/database; default: the folder",
        ),
      traces: databaseUrl()
        .optional()
        .describe("PostgreSQL database for traces: postgres://host/database; default: the folder"),
    })
    .prefault({})
    .describe("where runs, journals, cache, traces and collected datasets are stored"),
  tracking: z
    .strictObject({
      mlflow: name().describe("address of an MLflow server, or databricks"),
      experiment: name().default("dao-opt").describe("name of the experiment for runs"),
    })
    .optional()
    .describe("the MLflow server; credentials are read from MLFLOW_TRACKING_* and DATABRICKS_* variables"),
  workers: z
    .strictObject({
      queue: name()
        .refine((text) => /^rediss?:\/\//.test(text), "must start with redis:// or rediss://")
        .describe("address of Redis or Valkey: redis:// or rediss:// (TLS); write a password as ${env:NAME}"),
    })
    .optional()
    .describe("make model calls and agent runs on workers (dao-opt worker) instead of in this process"),
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
      "values for ${param.NAME} and ${var.NAME}: a value, or {description, default, provided}; the environment variable NAME wins, for the long form also in upper case; `provided: true` stands for an empty text",
    ),
  ...withoutEffect(ignoredTopSections),
});

export type WrittenConfig = z.output<typeof fileSchema>;

import { z } from "zod";

/** `registry upsert --json` */
export const registryUpsertOutputSchema = z.object({
  path: z.string(),
  prompt_id: z.string(),
  version: z.int(),
  version_id: z.string(),
  version_name: z.string().nullable(),
  digest: z.string(),
  uri: z.string(),
  is_new: z.boolean(),
  environments: z.array(z.string()),
  warnings: z
    .array(z.string())
    .describe("what a prompt of another tool has and a version has not, with its place"),
});

/** `registry move --json` */
export const registryMoveOutputSchema = z.object({
  from: z.string(),
  path: z.string(),
  prompt_id: z.string(),
  latest: z.int(),
});

/** `registry delete --json` */
export const registryDeleteOutputSchema = z.object({
  path: z.string(),
  prompt_id: z.string(),
  versions: z.array(z.int()),
  is_prompt: z.boolean(),
});

const environment = z.object({
  id: z.string(),
  name: z.string(),
  created_at: z.string().nullable(),
  is_default: z.boolean(),
});

/** `registry environment add --json` */
export const registryEnvironmentAddOutputSchema = environment.extend({ is_new: z.boolean() });

/** `registry environment list --json` */
export const registryEnvironmentListOutputSchema = z.array(environment);

/** `registry export FILE --json` */
export const registryExportOutputSchema = z.object({
  file: z.string(),
  prompts: z.int(),
  bytes: z.int(),
});

/** `registry import --json` */
export const registryImportOutputSchema = z.object({
  added: z.array(z.string()),
  extended: z.array(z.string()),
  unchanged: z.array(z.string()),
  versions: z.int(),
  deployments: z.int(),
  notes: z.array(z.string()),
});

/** `registry types FILE --json` */
export const registryTypesOutputSchema = z.object({
  file: z.string(),
  prompts: z.int(),
  notes: z.array(z.string()),
});

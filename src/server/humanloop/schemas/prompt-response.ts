import { z } from "@hono/zod-openapi";
import { jsonValue } from "../../json-value.ts";

export const environmentSchema = z
  .object({
    id: z.string(),
    created_at: z.string().optional(),
    name: z.string(),
    tag: z.enum(["default", "other"]),
  })
  .openapi("Environment");

/** A prompt with one of its versions; fields of the version's details stand beside the others. */
export const promptResponseSchema = z
  .looseObject({
    path: z.string(),
    id: z.string(),
    directory_id: z.string(),
    name: z.string(),
    version_id: z.string(),
    type: z.literal("prompt"),
    model: z.string(),
    template: z.union([z.string(), z.array(z.record(z.string(), jsonValue))]),
    version_name: z.string().nullable(),
    version_description: z.string().nullable(),
    description: z.string().nullable(),
    tags: z.array(z.string()),
    readme: z.string().nullable(),
    environments: z.array(environmentSchema),
    created_at: z.string(),
    updated_at: z.string(),
    last_used_at: z.string(),
    version_logs_count: z.int(),
    total_logs_count: z.int(),
    inputs: z.array(z.object({ name: z.string() })),
  })
  .openapi("PromptResponse");

export const promptPageSchema = z
  .object({ records: z.array(promptResponseSchema), page: z.int(), size: z.int(), total: z.int() })
  .openapi("PaginatedPrompts");

const place = z.union([z.string(), z.int()]);

export const problemSchema = z
  .object({
    detail: z.union([
      z.string(),
      z.array(z.object({ loc: z.array(place), msg: z.string(), type: z.string() })),
      z.record(z.string(), jsonValue),
    ]),
  })
  .openapi("HumanloopProblem");

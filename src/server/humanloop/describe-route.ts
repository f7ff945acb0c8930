import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { textStream } from "../body/text-stream.ts";
import { problemSchema } from "./schemas/prompt-response.ts";

const problem = (description: string) => ({
  description,
  content: { "application/json": { schema: problemSchema } },
});

/** Answers that any route of the prompts API may give besides its own. */
export const problems = {
  400: problem("The path cannot be used, or the provider refused the call for good"),
  401: problem("No API key, or an unknown one"),
  403: problem("A key that may only read"),
  404: problem("There is no such thing"),
  409: problem("It would clash with what is there"),
  413: problem("The body is too large"),
  415: problem("The body is of a type that is not taken here"),
  422: problem("The request is not what this route takes"),
  500: problem("The server failed"),
} as const;

export const idParam = z.object({
  id: z.string().min(1).openapi({ description: "`pr_…`; a path works as well" }),
});
export const versionQuery = z.object({
  version_id: z.string().optional(),
  environment: z.string().optional().openapi({ description: "name of an environment" }),
});

export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});

export const answer = <Schema extends z.ZodType>(schema: Schema, description = "Done") => ({
  description,
  content: { "application/json": { schema } },
});

export const done = { description: "Done" };

/** Pages count from 1; one beyond the last is empty, which is how clients know the end. */
export const pageQuery = {
  page: z.coerce.number().int().min(1).default(1),
  size: z.coerce.number().int().min(0).max(1000).default(10),
};

export function pageOf<Item>(
  items: readonly Item[],
  { page, size }: { page: number; size: number },
): readonly Item[] {
  return items.slice((page - 1) * size, page * size);
}

export { createRoute, z };

/** Characters from which on an answer is sent piece by piece. */
const longText = 1024 * 1024;

/** The framework's types want JSON that may be changed, and ours may not; the tests hold answers against the schemas. */
export function sendJson(context: Context, value: unknown, status: 200 | 201 = 200): never {
  const text = JSON.stringify(value);
  const body = text.length > longText ? textStream(text) : text;
  return context.body(body, status, { "content-type": "application/json" }) as never;
}

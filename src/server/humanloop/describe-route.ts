import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { RegistryError } from "../../core/errors.ts";
import { problemSchema } from "./schemas/prompt-schemas.ts";

/** Characters of a piece. */
const pieceLength = 256 * 1024;

/** A long text as a stream of pieces, each encoded when it is asked for: whole it would be held twice more. */
function textStream(text: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        const end = Math.min(at + pieceLength, text.length);
        // Not within a character that is written as two.
        const isSplit = end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
        const next = isSplit ? end + 1 : end;
        controller.enqueue(encoder.encode(text.slice(at, next)));
        at = next;
        if (at >= text.length) controller.close();
      },
    },
    { highWaterMark: 1 },
  );
}

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

/** The entries of a page without those whose files are damaged: asked for alone, such a one says what is wrong. */
export async function readable<Entry>(entries: readonly Promise<Entry>[]): Promise<readonly Entry[]> {
  const settled = await Promise.allSettled(entries);
  return settled.flatMap((one) => {
    if (one.status === "fulfilled") return [one.value];
    if (one.reason instanceof RegistryError) return [];
    throw one.reason;
  });
}

import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { RegistryError } from "../../core/errors.ts";
import { problemSchema } from "./schemas/prompt-schemas.ts";

/** Characters per chunk. */
const pieceLength = 256 * 1024;

/** Streams a long text and encodes each chunk on demand, to avoid two more copies in memory. */
function textStream(text: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        const end = Math.min(at + pieceLength, text.length);
        // Do not split a surrogate pair.
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

/** Error responses common to all routes of the prompts API. */
export const problems = {
  400: problem("Invalid path, or the provider rejected the call"),
  401: problem("Missing or unknown API key"),
  403: problem("The API key is read-only"),
  404: problem("Not found"),
  409: problem("Conflict with existing data"),
  413: problem("The body is too large"),
  415: problem("Unsupported content type"),
  422: problem("Invalid request"),
  500: problem("The server failed"),
} as const;

export const idParam = z.object({
  id: z.string().min(1).openapi({ description: "`pr_…` or a path" }),
});
export const versionQuery = z.object({
  version_id: z.string().optional(),
  environment: z.string().optional().openapi({ description: "environment name" }),
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

/** Pages start at 1. A page after the last one is empty, which marks the end for clients. */
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

/** Longer responses are streamed. */
const longText = 1024 * 1024;

/**
 * Sends JSON. The framework's types require mutable JSON and ours is readonly; tests validate responses
 * against the schemas.
 */
export function sendJson(context: Context, value: unknown, status: 200 | 201 = 200): never {
  const text = JSON.stringify(value);
  const body = text.length > longText ? textStream(text) : text;
  return context.body(body, status, { "content-type": "application/json" }) as never;
}

/** The entries of a page without damaged ones; requesting a damaged prompt itself reports the damage. */
export async function readable<Entry>(entries: readonly Promise<Entry>[]): Promise<readonly Entry[]> {
  const settled = await Promise.allSettled(entries);
  return settled.flatMap((one) => {
    if (one.status === "fulfilled") return [one.value];
    if (one.reason instanceof RegistryError) return [];
    throw one.reason;
  });
}

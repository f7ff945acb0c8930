import type { Redis } from "ioredis";
import { z } from "zod";
import { parsedJson } from "../core/data/json.ts";

/** Which needs of a run a worker accepts, by their digests. */
const verdictSchema = z.object({
  name: z.string(),
  accepted: z.array(z.string()),
  /** Why it may not do the others. */
  refused: z.record(z.string(), z.string()),
});

export type Verdict = z.infer<typeof verdictSchema>;

/** By id of the worker. */
export async function readVerdicts(client: Redis, key: string): Promise<ReadonlyMap<string, Verdict>> {
  const texts = await client.hgetall(key);
  return new Map(
    Object.entries(texts).flatMap(([worker, text]) => {
      const read = verdictSchema.safeParse(parsedJson(text));
      return read.success ? [[worker, read.data] as const] : [];
    }),
  );
}

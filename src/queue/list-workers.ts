import type { Redis } from "ioredis";
import { z } from "zod";
import { parsedJson } from "../core/data/json.ts";
import { workerKey, workersKey } from "./queue-keys.ts";

/** What a worker announces. */
const workerInfoSchema = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  protocol: z.int(),
  rules: z.int(),
  concurrency: z.int().positive(),
  /** Digests of its needs' modules, by path. */
  modules: z.record(z.string(), z.string()),
  /** Its clock minus that of Redis, in milliseconds. */
  clockMs: z.number(),
});

export type WorkerInfo = z.infer<typeof workerInfoSchema>;

/** Workers whose lease has not ended. */
export async function listWorkers(client: Redis): Promise<readonly WorkerInfo[]> {
  const ids = await client.zrange(workersKey, "0", "-1");
  if (ids.length === 0) return [];
  const texts = await client.mget(ids.map((id) => workerKey(String(id))));
  return texts.flatMap((text) => {
    const read = workerInfoSchema.safeParse(parsedJson(text ?? ""));
    return read.success ? [read.data] : [];
  });
}

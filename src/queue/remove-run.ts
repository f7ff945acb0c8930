import type { Redis } from "ioredis";
import { keyPrefix, queueName, runKeys, runsKey } from "./queue-keys.ts";
import { endedScript } from "./queue-scripts.ts";

type Bull = typeof import("bullmq");

/** After its lease, a run has this long to come back before its jobs are removed. */
const graceMs = 60_000;

/** Removes what runs left that ended without closing. Any run or worker does this. */
export async function removeEndedRuns(client: Redis, bull: Bull): Promise<void> {
  const ended = (await client.eval(endedScript, 1, runsKey, graceMs)) as readonly string[];
  for (const run of ended) {
    const keys = runKeys(run);
    const needs = await client.hgetall(keys.needs);
    for (const text of Object.values(needs)) {
      const { number } = JSON.parse(text) as { readonly number: number };
      await removeQueue(client, bull, queueName(run, number));
    }
    await client.del(...Object.values(keys));
  }
}

async function removeQueue(client: Redis, bull: Bull, name: string): Promise<void> {
  const queue = new bull.Queue(name, {
    connection: client as never,
    prefix: keyPrefix,
    skipVersionCheck: true,
  } as never);
  queue.on("error", () => {});
  await queue.obliterate({ force: true });
}

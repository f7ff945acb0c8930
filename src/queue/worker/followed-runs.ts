import type { Worker as BullWorker } from "bullmq";
import type { Redis } from "ioredis";
import { z } from "zod";
import { parsedJson } from "../../core/data/json.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import { type Need, needSchema } from "../job-needs.ts";
import {
  heartbeatMs,
  jobLeaseMs,
  keyPrefix,
  protocolNumber,
  queueName,
  runKeys,
  runsKey,
} from "../queue-keys.ts";
import type { Verdict } from "../verdict.ts";
import type { WorkerEffects } from "./worker-effects.ts";

type Bull = typeof import("bullmq");

const runInfo = z.object({
  protocol: z.number(),
  version: z.string(),
  rules: z.number(),
  host: z.string(),
  pid: z.number(),
});

const announcedNeed = z.object({ number: z.int().nonnegative(), need: needSchema });

/** A queue that the worker takes jobs from. */
export interface FollowedQueue {
  readonly run: string;
  readonly digest: string;
  readonly need: Need;
  readonly bull: BullWorker;
}

interface FollowRequest {
  readonly client: Redis;
  readonly bull: Bull;
  readonly id: string;
  readonly name: string;
  readonly toolVersion: string;
  readonly effects: WorkerEffects;
  readonly onRefused: (message: string) => void;
  /** The run ended, or its lease did. */
  readonly onGone: (run: string) => void;
}

/** Follows the runs of a queue: stores the verdict on their needs and opens the queues that the worker may serve. */
export function createFollowedRuns(request: FollowRequest) {
  const { client, bull, effects, id, name } = request;
  const queues = new Map<string, FollowedQueue>();
  const judged = new Map<string, string>();
  const noted = new Set<string>();

  /** Why the worker may do nothing for a run. */
  function mismatch(text: string): string | undefined {
    const read = runInfo.safeParse(parsedJson(text));
    if (!read.success || read.data.protocol !== protocolNumber)
      return `the run speaks another version of the queue (dao-opt ${request.toolVersion} here)`;
    const { version, rules } = read.data;
    if (version !== request.toolVersion)
      return `the run is of dao-opt ${version}, this worker of ${request.toolVersion}`;
    return rules === rulesNumber ? undefined : `the run has rules ${rules}, this worker ${rulesNumber}`;
  }

  function open(run: string, digest: string, number: number, need: Need): void {
    const worker = new bull.Worker(queueName(run, number), null, {
      connection: client as never,
      prefix: keyPrefix,
      autorun: false,
      name,
      lockDuration: jobLeaseMs,
      stalledInterval: heartbeatMs,
      // Whether a lost job is done again is the run's decision: see startScript.
      maxStalledCount: 1_000_000,
      skipVersionCheck: true,
      skipLockRenewal: true,
    } as never);
    worker.on("error", () => {});
    void worker.startStalledCheckTimer().catch(() => {});
    queues.set(`${run} ${digest}`, { run, digest, need, bull: worker });
  }

  async function follow(run: string): Promise<void> {
    const keys = runKeys(run);
    const [info, needs] = await Promise.all([client.get(keys.info), client.hgetall(keys.needs)]);
    if (info === null) return leave(run);
    const fields = Object.keys(needs).sort().join(" ");
    const isJudged = judged.get(run) === `${info} ${fields}`;
    if (isJudged && (await client.hexists(keys.verdicts, id)) === 1) return;
    const other = mismatch(info);
    const verdict: Verdict = { name, accepted: [], refused: {} };
    for (const [digest, text] of Object.entries(needs)) {
      const read = announcedNeed.safeParse(parsedJson(text));
      const reason =
        other ?? (read.success ? effects.refusal(read.data.need) : "its jobs are of an unknown form");
      if (reason !== undefined || !read.success) {
        verdict.refused[digest] = reason ?? "";
        const message = `refused jobs of run ${run}: ${reason}`;
        if (!noted.has(message)) request.onRefused(message);
        noted.add(message);
      } else {
        verdict.accepted.push(digest);
        if (!queues.has(`${run} ${digest}`)) open(run, digest, read.data.number, read.data.need);
      }
    }
    judged.set(run, `${info} ${fields}`);
    await client.hset(keys.verdicts, id, JSON.stringify(verdict));
  }

  async function leave(run: string): Promise<void> {
    if (!judged.delete(run)) return;
    request.onGone(run);
    effects.forget(run);
    for (const [key, queue] of queues) {
      if (queue.run !== run) continue;
      queues.delete(key);
      await queue.bull.close(true).catch(() => {});
      // A check for lost jobs may have written these after the run had removed its queue.
      const left = ["meta", "stalled-check", "stalled", "events", "marker"].map((part) =>
        queue.bull.toKey(part),
      );
      await client.del(...left).catch(() => {});
    }
  }

  return {
    get queues(): readonly FollowedQueue[] {
      return [...queues.values()];
    },
    async refresh(): Promise<void> {
      const runs = new Set((await client.zrange(runsKey, "0", "-1")).map(String));
      for (const run of runs) await follow(run);
      for (const run of judged.keys()) if (!runs.has(run)) await leave(run);
    },
    async close(): Promise<void> {
      for (const run of judged.keys()) void client.hdel(runKeys(run).verdicts, id).catch(() => {});
      await Promise.all([...queues.values()].map(({ bull: one }) => one.close(true).catch(() => {})));
    },
  };
}

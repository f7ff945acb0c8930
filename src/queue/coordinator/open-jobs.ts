import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { parsedJson } from "../../core/data/json.ts";
import { ModelError, type QueueError } from "../../core/errors.ts";
import { abortedError, onAbort, throwIfAborted } from "../../models/clock.ts";
import { workerLostError } from "../../models/lost-attempts.ts";
import { type Job, type JobResult, resultSchema } from "../job.ts";
import { mostBytes, wakeChannel } from "../queue-keys.ts";
import { closeScript } from "../queue-scripts.ts";
import type { QueueSession } from "./queue-session.ts";

/** Jobs of one session that wait for their results. */
export interface OpenJobs {
  /**
   * Resolves to the result of one attempt. Rejects with the error of a lost worker, with ModelError `aborted` (with
   * whether a worker had started), or with QueueError.
   */
  send(queue: Queue, job: Job, signal: AbortSignal | undefined): Promise<JobResult>;
  /** Digests of the needs that jobs wait for. */
  readonly waitingNeeds: ReadonlySet<string>;
  /** Rejects the jobs of one need, or all. */
  fail(error: QueueError, need?: string): void;
  /** Finds jobs that Redis no longer has; `isFresh` if it has lost everything. */
  audit(isFresh: boolean): Promise<void>;
  close(): void;
}

interface Pending {
  readonly job: Job;
  readonly queue: Queue;
  resolve(result: JobResult): void;
  reject(error: Error): void;
  /** How many audits in a row have missed it. */
  missed: number;
  isSent: boolean;
}

const readBlockMs = 2_000;
const closePatienceMs = 300;
/** A worker removes a job right before its result is read, so that one look is not enough. */
const mostMissed = 2;

/** `reader` is a connection of its own, because it waits inside Redis. */
export function createOpenJobs(session: QueueSession, reader: Redis): OpenJobs {
  const { client, keys } = session;
  const pending = new Map<string, Pending>();
  let serial = 0;
  let lastRead = "0-0";
  let isClosed = false;

  const settle = (id: string, end: (one: Pending) => void): void => {
    const found = pending.get(id);
    if (found === undefined) return;
    pending.delete(id);
    end(found);
  };

  const receive = (fields: readonly string[]): void => {
    const entry = Object.fromEntries(
      fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? ""] as const] : [])),
    ) as { readonly job?: string; readonly result?: string; readonly lost?: string };
    const id = entry.job ?? "";
    if (entry.lost !== undefined) {
      settle(id, ({ reject }) => reject(workerLostError("a worker was lost with this call in flight")));
      return;
    }
    const read = resultSchema.safeParse(parsedJson(entry.result ?? ""));
    settle(id, ({ resolve, reject }) =>
      read.success
        ? resolve(read.data as unknown as JobResult)
        : reject(new ModelError("a worker sent an unreadable result", { kind: "malformed" })),
    );
  };

  /** Reads without removing, so that an answer lost with its connection is read again. */
  async function readResults(): Promise<void> {
    while (!isClosed && session.failure === undefined) {
      try {
        const from = lastRead;
        const read = await reader.xread("COUNT", 100, "BLOCK", readBlockMs, "STREAMS", keys.results, from);
        // An audit has started again from the beginning meanwhile.
        if (from !== lastRead) continue;
        for (const [, entries] of read ?? []) {
          for (const [id, fields] of entries) {
            lastRead = id;
            receive(fields);
          }
          void client.xdel(keys.results, ...entries.map(([id]) => id)).catch(() => {});
        }
      } catch {
        if (isClosed) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }
  void readResults();

  async function enqueue(id: string, { job, queue }: Pending): Promise<void> {
    await session.run(() => client.hset(keys.open, id, ""));
    await session.run(() =>
      queue.add(job.kind, job, { jobId: id, removeOnComplete: true, removeOnFail: true }),
    );
    void client.publish(wakeChannel, "jobs").catch(() => {});
  }

  /** Whether a worker had started the job; true if that cannot be found out quickly. */
  async function withdraw(id: string, { queue }: Pending): Promise<boolean> {
    const closing = (async () => {
      const owner = await client.eval(closeScript, 1, keys.open, id);
      if (owner === "") void queue.remove(id).catch(() => {});
      else void client.publish(wakeChannel, `cancel ${id}`).catch(() => {});
      return owner !== "";
    })().catch(() => true);
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), closePatienceMs));
    return Promise.race([closing, late]);
  }

  return {
    async send(queue, job, signal) {
      if (session.failure !== undefined) throw session.failure;
      throwIfAborted(signal);
      const size = Buffer.byteLength(JSON.stringify(job));
      if (size > mostBytes)
        throw new ModelError(`the request has ${size} bytes; a job for a worker may have ${mostBytes}`, {
          kind: "bad_request",
          wasSent: false,
        });
      const id = `${session.id}-${++serial}`;
      return new Promise<JobResult>((resolve, reject) => {
        const forget = onAbort(signal, () => {
          const found = pending.get(id);
          if (found === undefined) return;
          void withdraw(id, found).then((wasSent) => {
            settle(id, (one) => one.reject(abortedError().with({ wasSent })));
          });
        });
        const own: Pending = {
          job,
          queue,
          missed: 0,
          isSent: false,
          resolve: (result) => {
            forget();
            resolve(result);
          },
          reject: (error) => {
            forget();
            reject(error);
          },
        };
        pending.set(id, own);
        enqueue(id, own).then(
          () => {
            own.isSent = true;
          },
          (error: Error) => settle(id, (one) => one.reject(error)),
        );
      });
    },
    get waitingNeeds() {
      return new Set([...pending.values()].map(({ job }) => job.need));
    },
    fail(error, need) {
      for (const [id, { job }] of pending)
        if (need === undefined || job.need === need) settle(id, (one) => one.reject(error));
    },
    async audit(isFresh) {
      if (isFresh) lastRead = "0-0";
      const sent = [...pending].filter(([, { isSent }]) => isSent);
      if (sent.length === 0) return;
      const owners = await client.hmget(keys.open, ...sent.map(([id]) => id));
      const checks = client.pipeline();
      for (const [id, { queue }] of sent) checks.exists(queue.toKey(id));
      const exists = ((await checks.exec()) ?? []).map(([, found]) => found === 1);
      for (const [at, [id, one]] of sent.entries()) {
        const owner = owners[at];
        const isThere = owner !== null && owner !== undefined && exists[at] === true;
        one.missed = isThere ? 0 : one.missed + 1;
        if (one.missed < mostMissed || !pending.has(id)) continue;
        one.missed = 0;
        if (owner === "") {
          // Nobody had started it: it is put back without a charge.
          void enqueue(id, one).catch((error: Error) => settle(id, ({ reject }) => reject(error)));
          continue;
        }
        void client.hdel(keys.open, id).catch(() => {});
        settle(id, ({ reject }) => reject(workerLostError("the queue lost this call")));
      }
    },
    close() {
      isClosed = true;
      reader.disconnect();
    },
  };
}

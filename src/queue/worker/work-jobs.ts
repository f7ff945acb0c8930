import type { Job as BullJob } from "bullmq";
import type { Redis } from "ioredis";
import { AgentError, ModelError } from "../../core/errors.ts";
import { type Job, type JobResult, jobSchema } from "../job.ts";
import { jobLeaseMs, mostBytes, runKeys } from "../queue-keys.ts";
import { finishScript, startScript } from "../queue-scripts.ts";
import { packError } from "../transfer-error.ts";
import type { FollowedQueue } from "./followed-runs.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import { FailedAttempt, type WorkerEffects } from "./worker-effects.ts";

interface JobsRequest {
  readonly client: Redis;
  readonly id: string;
  readonly name: string;
  readonly concurrency: number;
  readonly effects: WorkerEffects;
  readonly queues: () => readonly FollowedQueue[];
  /** Runs a command; what the queue cannot take now is tried again. */
  readonly run: <Result>(command: () => Promise<Result>) => Promise<Result>;
  readonly leases: LeaseKeeper;
  readonly onChange: () => void;
  readonly onFailed: (message: string) => void;
}

interface Running {
  readonly job: BullJob;
  readonly token: string;
  readonly queue: FollowedQueue;
  readonly controller: AbortController;
}

/** A job that takes so much longer than its time limit hangs. */
const hangMs = 60_000;

/** Takes jobs while there are free places, and makes their attempts. */
export function createJobLoop(request: JobsRequest) {
  const { client, effects, concurrency, name, leases } = request;
  const running = new Map<string, Running>();
  const counts = { done: 0, failed: 0, lost: 0 };
  let serial = 0;
  let isDraining = false;
  let isFilling = false;
  let isAgain = false;
  let turn = 0;

  /** The next job of any queue, each queue in its turn. */
  async function next(): Promise<Running | undefined> {
    const queues = request.queues();
    for (let tried = 0; tried < queues.length; tried++) {
      const queue = queues[(turn + tried) % queues.length] as FollowedQueue;
      const token = `${request.id}-${++serial}`;
      const job = await queue.bull.getNextJob(token, { block: false }).catch(() => undefined);
      if (job === undefined) continue;
      turn = (turn + tried + 1) % queues.length;
      return { job, token, queue, controller: new AbortController() };
    }
    return undefined;
  }

  function hold(id: string, { job, token, queue }: Running): void {
    const { timeoutMs, longTimeoutMs } = job.data as { timeoutMs?: unknown; longTimeoutMs?: unknown };
    const longestMs = Math.max(...[timeoutMs, longTimeoutMs].map((one) => Number(one) || 0)) + hangMs;
    const { bull } = queue;
    leases.hold({ lock: `${bull.toKey(id)}:lock`, stalled: bull.toKey("stalled"), id, token, longestMs });
  }

  async function fill(): Promise<void> {
    do {
      isAgain = false;
      while (!isDraining && running.size < concurrency) {
        const taken = await next();
        if (taken === undefined) break;
        const id = String(taken.job.id);
        running.set(id, taken);
        hold(id, taken);
        request.onChange();
        void work(taken)
          .catch(() => {})
          .finally(() => {
            running.delete(id);
            leases.release(id);
            request.onChange();
            pump();
          });
      }
    } while (isAgain);
  }

  function pump(): void {
    isAgain = true;
    if (isFilling) return;
    isFilling = true;
    void fill()
      .catch(() => {})
      .finally(() => {
        isFilling = false;
        if (isAgain && !isDraining) pump();
      });
  }

  async function work({ job, token, queue, controller }: Running): Promise<void> {
    const keys = runKeys(queue.run);
    const id = String(job.id);
    const state = await request.run(() =>
      client.eval(startScript, 3, keys.info, keys.open, keys.results, id, token),
    );
    if (state === "started") {
      const result = await attempt(queue, job.data, controller.signal);
      const isStopped = controller.signal.aborted;
      const text = bounded(result, name);
      const isKept = await request.run(() =>
        client.eval(finishScript, 2, keys.open, keys.results, id, token, text),
      );
      if (isKept === 0) counts.lost++;
      else if (result.error === undefined && result.refusal === undefined) counts.done++;
      else {
        counts.failed++;
        if (!isStopped) request.onFailed(result.error?.message ?? result.refusal ?? "");
      }
    }
    // The result is already with the run; what follows only tidies up.
    await job.moveToCompleted(null, token, false).catch(() => {});
  }

  async function attempt(
    { run, need, digest }: FollowedQueue,
    data: unknown,
    signal: AbortSignal,
  ): Promise<JobResult> {
    const read = jobSchema.safeParse(data);
    if (!read.success || read.data.need !== digest || read.data.kind !== need.kind)
      return { worker: name, refusal: "the job is not of a form that this version knows" };
    try {
      const made = await effects.attempt(run, need, read.data as unknown as Job, signal);
      return { worker: name, ...made };
    } catch (error) {
      const failed = error instanceof FailedAttempt ? error : undefined;
      const cause = failed === undefined ? error : failed.cause;
      return { worker: name, error: packError(cause, effects.mask), ...failed?.learned };
    }
  }

  return {
    counts,
    get inFlight() {
      return running.size;
    },
    pump,
    /** Renews the leases of the jobs in flight. */
    async renew(): Promise<void> {
      const byQueue = new Map<FollowedQueue, Running[]>();
      for (const one of running.values()) byQueue.set(one.queue, [...(byQueue.get(one.queue) ?? []), one]);
      for (const [{ bull }, all] of byQueue) {
        const ids = all.map(({ job }) => String(job.id));
        await bull
          .extendJobLocks(
            ids,
            all.map(({ token }) => token),
            jobLeaseMs,
          )
          .catch(() => {});
      }
    },
    cancel: (job: string) => running.get(job)?.controller.abort(),
    cancelRun(run: string): void {
      for (const one of running.values()) if (one.queue.run === run) one.controller.abort();
    },
    /** Takes no more jobs. */
    drain(): void {
      isDraining = true;
    },
  };
}

function bounded(result: JobResult, name: string): string {
  const text = JSON.stringify(result);
  if (Buffer.byteLength(text) <= mostBytes) return text;
  const message = `the answer is too long for the queue: a result may have ${mostBytes} bytes`;
  const error =
    result.answer === undefined
      ? new ModelError(message, { kind: "length", status: 200 })
      : new AgentError(message);
  return JSON.stringify({ worker: name, error: packError(error, (one) => one) });
}

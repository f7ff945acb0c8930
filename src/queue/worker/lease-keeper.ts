import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { Secret } from "../../core/text/secret.ts";
import { heartbeatMs, jobLeaseMs, workerLeaseMs } from "../queue-keys.ts";

/** A job in flight as BullMQ keeps it. */
interface HeldJob {
  /** Key of its lock, and of the set of jobs that may be lost. */
  readonly lock: string;
  readonly stalled: string;
  readonly id: string;
  readonly token: string;
  /** Milliseconds after which a job that is still in flight hangs and is given up. */
  readonly longestMs: number;
}

/** Renews leases from a thread of its own: an application that computes for a minute blocks this one. */
export interface LeaseKeeper {
  hold(job: HeldJob): void;
  release(id: string): void;
  close(): void;
}

/** Keys: lock, stalled. Arguments: token, lease in ms, job. */
const renewLock = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('SREM', KEYS[2], ARGV[3])
return 1`;

/** Plain JavaScript, because a thread is started from a file or a text, and the build has no file for it. */
const threadText = `
const { parentPort, workerData } = require("node:worker_threads");
const { ioredis, url, script, everyMs, leaseMs, workerKey, workerLeaseMs } = workerData;
const exported = require(ioredis);
const client = new (exported.Redis ?? exported.default ?? exported)(url, {
  connectionName: "dao-opt worker leases",
  maxRetriesPerRequest: 1,
  enableReadyCheck: false,
  reconnectOnError: (error) => error.message.startsWith("READONLY"),
  retryStrategy: (tries) => Math.min(1000, tries * 50),
});
client.on("error", () => {});
const held = new Map();
parentPort.on("message", (message) => {
  if (message.release !== undefined) held.delete(message.release);
  else held.set(message.id, { ...message, since: performance.now() });
});
setInterval(() => {
  client.pexpire(workerKey, workerLeaseMs).catch(() => {});
  for (const [id, job] of held) {
    if (performance.now() - job.since > job.longestMs) held.delete(id);
    else client.eval(script, 2, job.lock, job.stalled, job.token, leaseMs, id).catch(() => {});
  }
}, everyMs);
`;

export function startLeaseKeeper(url: Secret, workerKey: string): LeaseKeeper {
  const thread = new Worker(threadText, {
    eval: true,
    workerData: {
      ioredis: fileOf("ioredis"),
      url: url.reveal(),
      script: renewLock,
      everyMs: heartbeatMs,
      leaseMs: jobLeaseMs,
      workerKey,
      workerLeaseMs,
    },
  });
  thread.unref();
  // Without the thread, the timers of this one still renew the leases.
  thread.on("error", () => {});
  return {
    hold: (job) => thread.postMessage(job),
    release: (id) => thread.postMessage({ release: id }),
    close: () => void thread.terminate(),
  };
}

/** As `loadPackage` finds it: next to this program, else in the working folder's project. */
function fileOf(name: string): string {
  const places = [import.meta.url, join(resolve("."), "package.json")];
  for (const from of places) {
    try {
      return createRequire(from).resolve(name);
    } catch {}
  }
  return name;
}

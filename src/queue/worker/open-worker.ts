import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Config } from "../../config/config.ts";
import type { QueueError } from "../../core/errors.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import type { Secret } from "../../core/text/secret.ts";
import type { Catalog } from "../../plugins/catalog.ts";
import {
  connectRedis,
  followTo,
  isPassing,
  isRefusal,
  loadQueuePackages,
  queueErrorOf,
  queueWarnings,
  shownQueue,
} from "../connect-redis.ts";
import { createGiveUp } from "../give-up.ts";
import type { WorkerInfo } from "../list-workers.ts";
import { createOutageWatch } from "../outage-watch.ts";
import {
  heartbeatMs,
  patienceMs,
  protocolNumber,
  wakeChannel,
  workerKey,
  workerLeaseMs,
  workersKey,
} from "../queue-keys.ts";
import { registerScript } from "../queue-scripts.ts";
import { removeEndedRuns } from "../remove-run.ts";
import { createFollowedRuns } from "./followed-runs.ts";
import { startLeaseKeeper } from "./lease-keeper.ts";
import { createJobLoop } from "./work-jobs.ts";
import { createWorkerEffects } from "./worker-effects.ts";

interface WorkerRequest {
  readonly url: Secret;
  readonly config: Config;
  readonly catalog: Catalog;
  readonly concurrency: number;
  readonly toolVersion: string;
  readonly pid: number;
  readonly listener: (event: WorkerEvent) => void;
  /** This machine's clock in milliseconds; tests pass a wrong one. */
  readonly now?: () => number;
  readonly patience?: number;
}

/** What a worker reports. */
export type WorkerEvent =
  | {
      readonly type: "connected";
      readonly queue: string;
      readonly name: string;
      readonly concurrency: number;
    }
  | { readonly type: "progress"; readonly progress: WorkerProgress }
  | { readonly type: "warning"; readonly message: string }
  | { readonly type: "job-failed"; readonly message: string };

export interface WorkerProgress {
  readonly done: number;
  readonly failed: number;
  /** Results that arrived after their run had closed the job. */
  readonly dropped: number;
  readonly inFlight: number;
}

export interface OpenWorker {
  readonly progress: WorkerProgress;
  /** Rejects with QueueError when the queue was unusable for too long. */
  readonly ended: Promise<void>;
  /** Takes no more jobs; resolves when those in flight are done. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

const pollMs = 500;

/** Connects to a queue and does jobs until it is drained. Rejects with QueueError. */
export async function openWorker(request: WorkerRequest): Promise<OpenWorker> {
  const { url, config, catalog, concurrency, toolVersion, listener } = request;
  const clockNow = request.now ?? Date.now;
  const patience = request.patience ?? patienceMs;
  const shown = shownQueue(url);
  const { bull } = await loadQueuePackages();
  const effects = await createWorkerEffects(config, catalog);
  const client = await connectRedis(url, "dao-opt worker");
  const listening = await connectRedis(url, "dao-opt worker wake");
  const id = randomBytes(8).toString("hex");
  const name = `${hostname()}-${request.pid}`;
  let failure: QueueError | undefined;
  let isClosed = false;
  let reject: (error: QueueError) => void = () => {};
  const ended = new Promise<void>((_resolve, rejectEnded) => {
    reject = rejectEnded;
  });
  ended.catch(() => {});

  const giveUp = createGiveUp();
  const fail = (error: QueueError): void => {
    if (failure !== undefined || isClosed) return;
    failure = error;
    outage.close();
    clearInterval(beats);
    clearInterval(polls);
    client.disconnect();
    giveUp.now(error);
    reject(error);
  };
  const warn = (message: string): void => listener({ type: "warning", message });
  const outage = createOutageWatch({ shown, patience, note: warn, onGivenUp: fail });
  async function run<Result>(command: () => Promise<Result>): Promise<Result> {
    for (;;) {
      if (failure !== undefined) throw failure;
      try {
        return await giveUp.guard(command());
      } catch (error) {
        if (failure !== undefined) throw failure;
        if (!isPassing(error) || isClosed) throw queueErrorOf(error, url);
        outage.begin("takes no commands");
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    }
  }

  const runs = createFollowedRuns({
    ...{ client, bull, id, name, toolVersion, effects },
    onRefused: warn,
    onGone: (gone) => jobs.cancelRun(gone),
  });
  const progressOf = (): WorkerProgress => ({
    done: jobs.counts.done,
    failed: jobs.counts.failed,
    dropped: jobs.counts.lost,
    inFlight: jobs.inFlight,
  });
  const leases = startLeaseKeeper(url, workerKey(id));
  const jobs = createJobLoop({
    ...{ client, id, name, concurrency, effects, run, leases },
    queues: () => runs.queues,
    onChange: () => listener({ type: "progress", progress: progressOf() }),
    onFailed: (message) => listener({ type: "job-failed", message }),
  });

  let clockMs = 0;
  let isDraining = false;
  const register = async (): Promise<void> => {
    const info: WorkerInfo = {
      ...{ id, name, concurrency, clockMs },
      version: toolVersion,
      protocol: protocolNumber,
      rules: rulesNumber,
      modules: { ...effects.modules },
    };
    const text = JSON.stringify(info);
    const now = await client.eval(registerScript, 2, workerKey(id), workersKey, id, text, workerLeaseMs);
    clockMs = Math.round(clockNow() - Number(now));
  };
  const unregister = async (): Promise<void> => {
    if (client.status !== "ready") return;
    await client.del(workerKey(id)).catch(() => {});
    await client.zrem(workersKey, id).catch(() => {});
  };
  let refreshing: Promise<void> | undefined;
  const refresh = (): Promise<void> => {
    refreshing ??= runs
      .refresh()
      .catch(() => {})
      .finally(() => {
        refreshing = undefined;
        jobs.pump();
      });
    return refreshing;
  };
  const beat = async (): Promise<void> => {
    // First, because nothing else is as urgent.
    void jobs.renew();
    try {
      if (!isDraining) await register();
      outage.end();
      await refresh();
      await removeEndedRuns(client, bull);
    } catch (error) {
      if (isPassing(error)) outage.begin("takes no commands");
    }
  };

  try {
    await register();
    await register();
    await listening.subscribe(wakeChannel);
  } catch (error) {
    leases.close();
    client.disconnect();
    listening.disconnect();
    throw queueErrorOf(error, url);
  }
  listening.on("message", (_channel: string, text: string) => {
    if (text === "jobs") jobs.pump();
    else if (text.startsWith("cancel ")) jobs.cancel(text.slice("cancel ".length));
    else if (text !== "free") void (refreshing ?? Promise.resolve()).then(refresh);
  });
  client.on("close", () => {
    outage.begin("is unreachable");
    followTo([listening]);
  });
  client.on("error", (error) => {
    if (isRefusal(error)) fail(queueErrorOf(error, url));
  });
  client.on("ready", () => void beat());
  listener({ type: "connected", queue: shown, name, concurrency });
  for (const message of await queueWarnings(client)) warn(message);
  for (const message of effects.uncallable) warn(`jobs of this model are refused: ${message}`);
  const beats = setInterval(() => void beat(), heartbeatMs);
  const polls = setInterval(jobs.pump, pollMs);
  await refresh();

  return {
    get progress() {
      return progressOf();
    },
    ended,
    async drain() {
      isDraining = true;
      jobs.drain();
      // From here on, no run expects an answer of this worker.
      await unregister();
      while (jobs.inFlight > 0 && failure === undefined)
        await new Promise((resolve) => setTimeout(resolve, drainLookMs));
    },
    async close() {
      isClosed = true;
      clearInterval(beats);
      clearInterval(polls);
      outage.close();
      if (failure === undefined && client.status === "ready") {
        await unregister();
        await runs.close();
      }
      leases.close();
      await effects.close();
      client.disconnect();
      listening.disconnect();
    },
  };
}

const drainLookMs = 50;

import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { Redis } from "ioredis";
import type { QueueError } from "../../core/errors.ts";
import { rulesNumber } from "../../core/rules-number.ts";
import type { Secret } from "../../core/text/secret.ts";
import { connectRedis, isPassing, isRefusal, queueErrorOf, shownQueue } from "../connect-redis.ts";
import { createGiveUp } from "../give-up.ts";
import { createOutageWatch } from "../outage-watch.ts";
import {
  heartbeatMs,
  keyPrefix,
  leftoverMs,
  patienceMs,
  protocolNumber,
  runKeys,
  runLeaseMs,
  runsKey,
} from "../queue-keys.ts";
import { registerScript, renewScript } from "../queue-scripts.ts";

/** What a run announces about itself. */
export interface RunInfo {
  readonly protocol: number;
  readonly version: string;
  readonly rules: number;
  readonly host: string;
  readonly pid: number;
}

/** The connection of one session of a run to its queue, and its lease there. */
export interface QueueSession {
  readonly id: string;
  readonly keys: ReturnType<typeof runKeys>;
  readonly client: Redis;
  readonly shown: string;
  /** Runs a command; what the queue cannot take now is tried again. Rejects with QueueError. */
  run<Result>(command: () => Promise<Result>): Promise<Result>;
  /** The error that ended the session. */
  readonly failure: QueueError | undefined;
  close(): Promise<void>;
}

interface SessionRequest {
  readonly url: Secret;
  readonly toolVersion: string;
  readonly pid: number;
  readonly note: (message: string) => void;
  /** Called at every heartbeat; `isFresh` if Redis had lost the run. */
  readonly onBeat: (isFresh: boolean) => Promise<void>;
  readonly onFailure: (error: QueueError) => void;
  /** How long an unusable queue is waited for. */
  readonly patience?: number;
}

const retryMs = 500;
/** Without an answer for so long, the queue counts as unreachable. */
const silentMs = 5_000;

/** Connects and registers the run. Rejects with QueueError. */
export async function openQueueSession(request: SessionRequest): Promise<QueueSession> {
  const { url, note, toolVersion } = request;
  const shown = shownQueue(url);
  const patience = request.patience ?? patienceMs;
  const client = await connectRedis(url, "dao-opt run");
  const id = randomBytes(8).toString("hex");
  const keys = runKeys(id);
  const info: RunInfo = {
    protocol: protocolNumber,
    version: toolVersion,
    rules: rulesNumber,
    host: hostname(),
    pid: request.pid,
  };
  let failure: QueueError | undefined;
  let isClosed = false;
  let beatStartedAt: number | undefined;

  const giveUp = createGiveUp();

  const fail = (error: QueueError): void => {
    if (failure !== undefined || isClosed) return;
    failure = error;
    clearInterval(beats);
    outage.close();
    client.disconnect();
    giveUp.now(error);
    request.onFailure(error);
  };
  const outage = createOutageWatch({
    ...{ shown, patience, note },
    onGivenUp: fail,
    hint: "start it again, then go on with --resume",
  });

  const register = async (): Promise<void> => {
    await client.eval(registerScript, 2, keys.info, runsKey, id, JSON.stringify(info), runLeaseMs);
  };
  const beat = async (): Promise<void> => {
    if (beatStartedAt !== undefined) {
      if (performance.now() - beatStartedAt > silentMs) outage.begin("does not answer");
      return;
    }
    beatStartedAt = performance.now();
    try {
      const isKnown = await client.eval(renewScript, 2, keys.info, runsKey, id, runLeaseMs);
      if (isKnown === 0) await register();
      // A full Redis still renews leases, and takes no results.
      await client.set(`${keyPrefix}:probe:${id}`, "1", "PX", runLeaseMs);
      const pipeline = client.pipeline();
      for (const key of [keys.needs, keys.verdicts, keys.open, keys.results])
        pipeline.pexpire(key, leftoverMs);
      const [needs] = (await pipeline.exec()) ?? [];
      outage.end();
      // A Redis that drops data may have lost what the run needs, and not the run.
      await request.onBeat(isKnown === 0 || needs?.[1] === 0);
    } catch (error) {
      if (isPassing(error)) outage.begin(reasonOf(error));
      else if (failure === undefined && !isClosed && client.status === "ready")
        fail(queueErrorOf(error, url));
    } finally {
      beatStartedAt = undefined;
    }
  };

  await register().catch((error: unknown) => {
    client.disconnect();
    throw queueErrorOf(error, url);
  });
  client.on("close", () => outage.begin("is unreachable"));
  client.on("error", (error) => {
    if (isRefusal(error)) fail(queueErrorOf(error, url));
  });
  client.on("ready", () => void beat());
  const beats = setInterval(() => void beat(), heartbeatMs);

  return {
    id,
    keys,
    client,
    shown,
    get failure() {
      return failure;
    },
    async run(command) {
      for (;;) {
        if (failure !== undefined) throw failure;
        try {
          return await giveUp.guard(command());
        } catch (error) {
          if (failure !== undefined) throw failure;
          if (!isPassing(error) || isClosed) throw queueErrorOf(error, url);
          outage.begin(reasonOf(error));
          await new Promise((resolve) => setTimeout(resolve, retryMs));
        }
      }
    },
    async close() {
      isClosed = true;
      clearInterval(beats);
      outage.close();
      client.disconnect();
    },
  };
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.startsWith("OOM") ? "is full" : `takes no commands (${text.split(" ")[0]})`;
}

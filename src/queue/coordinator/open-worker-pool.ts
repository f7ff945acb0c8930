import type { Queue } from "bullmq";
import type { AgentAnswer } from "../../contracts/agent.ts";
import type { RunnerEvent } from "../../contracts/events.ts";
import type { AdaptationLog, Completion, CompletionRequest } from "../../contracts/language-model.ts";
import type { ModelSpec } from "../../contracts/model-spec.ts";
import type { WorkerPool } from "../../contracts/worker-pool.ts";
import { digestOf } from "../../core/data/digest.ts";
import { defined } from "../../core/defined.ts";
import { QueueError } from "../../core/errors.ts";
import type { Secret } from "../../core/text/secret.ts";
import { shownUrl } from "../../models/secret-mask.ts";
import { connectRedis, followTo, loadQueuePackages, queueWarnings } from "../connect-redis.ts";
import type { JobResult, ModelJob } from "../job.ts";
import { agentNeedOf, modelNeedOf, type Need, needDigest } from "../job-needs.ts";
import { listWorkers } from "../list-workers.ts";
import { keyPrefix, queueName, runsKey, wakeChannel } from "../queue-keys.ts";
import { removeEndedRuns } from "../remove-run.ts";
import { createSharedLimits } from "../shared-limits.ts";
import { unpackError } from "../transfer-error.ts";
import { createOpenJobs, type OpenJobs } from "./open-jobs.ts";
import { openQueueSession } from "./queue-session.ts";
import { createWorkerWatch } from "./watch-workers.ts";

interface PoolRequest {
  readonly url: Secret;
  /** Folder of the config, the base of module paths. */
  readonly directory: string;
  readonly toolVersion: string;
  readonly pid: number;
  /** How long an unusable queue is waited for, in milliseconds. */
  readonly patience?: number;
}

/** Opens the queue for one session of a run. Rejects with QueueError. */
export async function openWorkerPool(request: PoolRequest): Promise<WorkerPool> {
  const { url, directory } = request;
  const { bull } = await loadQueuePackages();
  const listeners: ((event: RunnerEvent) => void)[] = [];
  // Notes before anyone listens are kept for the first listener.
  const early: RunnerEvent[] = [];
  const note = (message: string): void => {
    const event: RunnerEvent = { type: "queue-note", message };
    if (listeners.length === 0) early.push(event);
    for (const listener of listeners) listener(event);
  };
  let jobs: OpenJobs | undefined;
  let look: ReturnType<typeof createWorkerWatch> | undefined;
  const queues = new Map<string, { readonly queue: Queue; readonly ready: Promise<unknown> }>();
  const announcements: (() => Promise<unknown>)[] = [];

  const session = await openQueueSession({
    url,
    toolVersion: request.toolVersion,
    pid: request.pid,
    ...defined({ patience: request.patience }),
    note,
    onFailure: (error) => jobs?.fail(error),
    async onBeat(isFresh) {
      if (isFresh) for (const announce of announcements) await announce();
      await jobs?.audit(isFresh);
      await look?.(jobs?.waitingNeeds ?? new Set());
    },
  });
  const { client, keys, shown } = session;
  const reader = await connectRedis(url, "dao-opt run results");
  const listening = await connectRedis(url, "dao-opt run limits");
  // They only read, which an old primary still allows.
  client.on("close", () => followTo([reader, listening]));
  jobs = createOpenJobs(session, reader);
  const open = jobs;
  look = createWorkerWatch({ client, verdictsKey: keys.verdicts, shown, note, fail: open.fail });
  const limits = createSharedLimits(session.run, client, listening);
  await removeEndedRuns(client, bull).catch(() => {});
  const workers = await session.run(() => listWorkers(client));
  for (const message of await queueWarnings(client)) note(message);

  /** The queue of a need, announced to the workers. */
  async function queueOf(need: Need): Promise<Queue> {
    const digest = needDigest(need);
    const found = queues.get(digest);
    if (found !== undefined) {
      await found.ready;
      return found.queue;
    }
    const number = queues.size;
    const queue = new bull.Queue(queueName(session.id, number), {
      connection: client as never,
      prefix: keyPrefix,
      skipVersionCheck: true,
      skipMetasUpdate: true,
      streams: { events: { maxLen: 0 } },
    } as never);
    // Errors of the connection are those of the session.
    queue.on("error", () => {});
    const announce = async (): Promise<void> => {
      await client.hset(keys.needs, digest, JSON.stringify({ number, need }));
      await client.publish(wakeChannel, "needs");
    };
    announcements.push(announce);
    const ready = session.run(announce);
    queues.set(digest, { queue, ready });
    await ready;
    return queue;
  }

  return {
    concurrency: workers.reduce((sum, { concurrency }) => sum + concurrency, 0),
    limits,
    model(spec, { adaptations, warn }) {
      let asked: Promise<{ queue: Queue; need: string }> | undefined;
      const prepare = async () => {
        const need = await modelNeedOf(spec, directory);
        return { queue: await queueOf(need), need: needDigest(need) };
      };
      const warned = new Set<string>();
      // Faults of offline models are those of a run without workers, wherever an attempt is made.
      const faultRate = spec.simulate?.faultRate ?? 0;
      const sent = new Map<string, number>();
      const attemptOf = (request: CompletionRequest): number | undefined => {
        if (faultRate === 0) return undefined;
        const key = digestOf([request.messages, request.parameters ?? null]);
        const attempt = sent.get(key) ?? 0;
        sent.set(key, attempt + 1);
        return attempt;
      };
      return Object.freeze({
        provider: spec.provider,
        modelId: spec.name,
        async complete(request: CompletionRequest) {
          const { messages, parameters, repeat, isLong, signal } = request;
          asked ??= prepare();
          const { queue, need } = await asked;
          const { timeoutMs, longTimeoutMs } = spec;
          const job: ModelJob = {
            kind: "model",
            need,
            messages,
            timeoutMs,
            ...defined({ parameters, repeat, isLong, longTimeoutMs, attempt: attemptOf(request) }),
            adaptations: adaptations?.known(spec.key) ?? [],
          };
          const result = await open.send(queue, job, signal);
          if (adaptations !== undefined) noteAdaptations(adaptations, spec, result);
          for (const warning of result.warnings ?? []) {
            if (!warned.has(warning)) warn?.(warning);
            warned.add(warning);
          }
          return kept<Completion>(result, result.completion);
        },
      });
    },
    async agent(run, spec) {
      const need = await agentNeedOf(run, spec.key, directory);
      const digest = needDigest(need);
      return async (input, { signal }) => {
        const queue = await queueOf(need);
        const { timeoutMs } = spec;
        const asked = { ...input, model: withoutCredentials(input.model) };
        const result = await open.send(
          queue,
          { kind: "agent", need: digest, input: asked, timeoutMs },
          signal,
        );
        return kept<AgentAnswer>(result, result.answer);
      };
    },
    listen(listener) {
      listeners.push(listener);
      for (const event of early.splice(0)) listener(event);
    },
    async close() {
      open.close();
      limits.close();
      listening.disconnect();
      if (session.failure === undefined && client.status === "ready") {
        const removal = async (): Promise<void> => {
          await client.zrem(runsKey, session.id);
          await client.del(...Object.values(keys));
          for (const { queue } of queues.values()) await queue.obliterate({ force: true });
          await client.publish(wakeChannel, "gone");
        };
        await Promise.race([
          removal().catch(() => {}),
          new Promise((resolve) => setTimeout(resolve, removalPatienceMs)),
        ]);
      }
      await session.close();
    },
  };
}

const removalPatienceMs = 3_000;

function kept<Answer>(result: JobResult, answer: Answer | undefined): Answer {
  if (result.error !== undefined) throw unpackError(result.error, result.worker);
  if (answer === undefined)
    throw new QueueError(`worker ${result.worker} refused a job: ${result.refusal ?? "it sent no answer"}`);
  return Object.freeze(answer);
}

function noteAdaptations(log: AdaptationLog, { key }: ModelSpec, { adaptations = [] }: JobResult): void {
  for (const adaptation of adaptations) {
    const isKnown = log
      .known(key)
      .some(({ parameter, sentAs }) => parameter === adaptation.parameter && sentAs === adaptation.sentAs);
    if (!isKnown) log.note(key, adaptation);
  }
}

/** The worker puts its own address back: the user and password of a URL are never sent. */
function withoutCredentials(model: { readonly base_url?: unknown }): never {
  const { base_url: url } = model;
  return (typeof url === "string" ? { ...model, base_url: shownUrl(url) } : model) as never;
}

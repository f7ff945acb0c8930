import type { Config } from "../config/config.ts";
import { rulesNumber } from "../core/rules-number.ts";
import type { Secret } from "../core/text/secret.ts";
import type { Catalog } from "../plugins/catalog.ts";
import { connectRedis, queueErrorOf, queueWarnings, shownQueue } from "./connect-redis.ts";
import { listWorkers, type WorkerInfo } from "./list-workers.ts";
import { protocolNumber } from "./queue-keys.ts";
import { createWorkerEffects } from "./worker/worker-effects.ts";

/** A queue and the workers on it, compared with this machine. */
export interface ExaminedQueue {
  readonly shown: string;
  /** What may go wrong with Redis itself. */
  readonly warnings: readonly string[];
  readonly workers: readonly (Pick<WorkerInfo, "name" | "version" | "concurrency" | "clockMs"> & {
    /** How the worker differs so that it refuses jobs of this config. */
    readonly differences: readonly string[];
    readonly warnings: readonly string[];
  })[];
}

/** Clocks further apart make logs hard to compare; jobs only use the time of Redis. */
const mostClockMs = 2_000;

/** Connects and compares, without a job. Rejects with QueueError. */
export async function examineQueue(
  url: Secret,
  {
    config,
    catalog,
    toolVersion,
  }: { readonly config: Config; readonly catalog: Catalog; readonly toolVersion: string },
): Promise<ExaminedQueue> {
  const client = await connectRedis(url, "dao-opt doctor");
  try {
    const own = await createWorkerEffects(config, catalog);
    const workers = await listWorkers(client);
    return {
      shown: shownQueue(url),
      warnings: await queueWarnings(client),
      workers: workers.map((worker) => ({
        ...worker,
        differences: differencesOf(worker, own.modules, toolVersion),
        warnings: clockWarnings(worker),
      })),
    };
  } catch (error) {
    throw queueErrorOf(error, url);
  } finally {
    client.disconnect();
  }
}

function differencesOf(
  { version, protocol, rules, modules }: WorkerInfo,
  own: Readonly<Record<string, string>>,
  toolVersion: string,
): readonly string[] {
  return [
    ...(version === toolVersion ? [] : [`it is dao-opt ${version}, this is ${toolVersion}`]),
    ...(protocol === protocolNumber && rules === rulesNumber
      ? []
      : ["its rules are not those of this version"]),
    ...Object.entries(own).flatMap(([path, digest]) => {
      const there = modules[path];
      if (there === digest) return [];
      if (there === undefined) return [`its config has no module ${path}`];
      return [`module ${path} differs: digest ${there.slice(0, 12)} there, ${digest.slice(0, 12)} here`];
    }),
  ];
}

function clockWarnings({ clockMs }: WorkerInfo): readonly string[] {
  const seconds = Math.round(Math.abs(clockMs) / 100) / 10;
  if (Math.abs(clockMs) <= mostClockMs) return [];
  return [
    `its clock is ${seconds} s ${clockMs > 0 ? "ahead of" : "behind"} that of Redis (jobs do not use it)`,
  ];
}

import type { Config } from "../../config/config.ts";
import type { WorkerPool } from "../../contracts/worker-pool.ts";
import { defaultConcurrency } from "../../run/session/run-context.ts";
import { toolVersion } from "../../version.ts";
import type { CliContext } from "../context.ts";
import type { Settings } from "../settings.ts";

/** Opens the queue of `--workers`, or of the config; undefined without one. Rejects with QueueError. */
export async function openPool(
  config: Pick<Config, "workersQueue" | "directory">,
  { workers, replay }: Pick<Settings, "workers" | "replay">,
  { ownProcess: { pid } }: Pick<CliContext, "ownProcess">,
): Promise<WorkerPool | undefined> {
  const url = workers ?? config.workersQueue;
  // A replay makes no calls.
  if (url === undefined || replay !== undefined) return undefined;
  const { openWorkerPool } = await import("../../queue/coordinator/open-worker-pool.ts");
  return openWorkerPool({ url, directory: config.directory, toolVersion, pid });
}

/** `-j`, else as many calls as the connected workers make at once, and never fewer than usual. */
export function concurrencyOf(
  { concurrency }: Pick<Settings, "concurrency">,
  pool: Pick<WorkerPool, "concurrency"> | undefined,
): number {
  return concurrency ?? Math.max(defaultConcurrency, pool?.concurrency ?? 0);
}

import type { Redis } from "ioredis";
import { QueueError } from "../../core/errors.ts";
import { listWorkers } from "../list-workers.ts";
import { readVerdicts } from "../verdict.ts";

interface WatchRequest {
  readonly client: Redis;
  /** Where workers leave their verdicts. */
  readonly verdictsKey: string;
  readonly shown: string;
  readonly note: (message: string) => void;
  /** Rejects the jobs of a need. */
  readonly fail: (error: QueueError, need: string) => void;
}

/** How long a job that every connected worker refuses waits for another worker. */
const refusedPatienceMs = 5_000;

/** Notes when no worker is connected and who refuses what; ends jobs that no connected worker may do. */
export function createWorkerWatch({ client, verdictsKey, shown, note, fail }: WatchRequest) {
  let isWithout = false;
  const noted = new Set<string>();
  const refusedSince = new Map<string, number>();

  /** `needs`: digests of those that jobs wait for. */
  return async function look(needs: ReadonlySet<string>): Promise<void> {
    if (needs.size === 0) return;
    const workers = await listWorkers(client);
    if (workers.length === 0) {
      if (!isWithout) note(`waiting for a worker on ${shown}: dao-opt worker CONFIG --queue ${shown}`);
      isWithout = true;
      refusedSince.clear();
      return;
    }
    if (isWithout) note(`connected: ${workers.map(({ name }) => name).join(", ")}`);
    isWithout = false;
    const verdicts = await readVerdicts(client, verdictsKey);
    for (const need of needs) {
      const refusals: string[] = [];
      for (const { id, name } of workers) {
        const reason = verdicts.get(id)?.refused[need];
        if (reason === undefined) continue;
        const text = `worker ${name} refuses jobs of this run: ${reason}`;
        if (!noted.has(text)) note(text);
        noted.add(text);
        refusals.push(`${name}: ${reason}`);
      }
      if (refusals.length < workers.length) {
        refusedSince.delete(need);
        continue;
      }
      const since = refusedSince.get(need) ?? performance.now();
      refusedSince.set(need, since);
      if (performance.now() - since < refusedPatienceMs) continue;
      fail(
        new QueueError(`no connected worker may do this run's jobs: ${[...new Set(refusals)].join("; ")}`, {
          hint: "give the workers the same config, files, version and keys, then go on with --resume",
        }),
        need,
      );
    }
  };
}

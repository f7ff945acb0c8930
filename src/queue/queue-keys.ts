/** Raised when jobs, results or keys change their form: workers and runs of different numbers do not mix. */
export const protocolNumber = 1;

/** First part of every key. */
export const keyPrefix = "dao-opt";

/** How long a run counts as alive without a renewal, in milliseconds of Redis. */
export const runLeaseMs = 15_000;
/** The same for a worker. */
export const workerLeaseMs = 10_000;
/** The same for one job: after that and a check or two, another worker reports it as lost. */
export const jobLeaseMs = 5_000;
/** How often each of them is renewed. */
export const heartbeatMs = 1_500;
/** How long what a killed run left stays in Redis at most if no worker removes it. */
export const leftoverMs = 600_000;
/** How long an unusable queue is waited for before a run or a worker gives up. */
export const patienceMs = 120_000;
/** The longest job or result, in bytes of JSON. */
export const mostBytes = 32 * 1024 * 1024;

/** Wakes workers and limits: `jobs`, `needs`, `gone`, `cancel <job>`, `free`. */
export const wakeChannel = `${keyPrefix}:wake`;
/** Sorted sets of ids by the time at which they end unless renewed. */
export const runsKey = `${keyPrefix}:runs`;
export const workersKey = `${keyPrefix}:workers`;

export const workerKey = (worker: string): string => `${keyPrefix}:worker:${worker}`;

/** The keys of one session of a run. */
export function runKeys(run: string) {
  const key = (part: string): string => `${keyPrefix}:run:${run}:${part}`;
  return {
    /** What the run is; its time to live is the run's lease. */
    info: key("info"),
    /** Digest of each need, with its facts and the number of its queue. */
    needs: key("needs"),
    /** The verdict of each worker on the needs. */
    verdicts: key("verdicts"),
    /** Jobs without a result: empty, or who has started them. */
    open: key("open"),
    /** Stream of results, removed as they are read. */
    results: key("results"),
  };
}

/** The BullMQ queue of a need. */
export function queueName(run: string, need: number): string {
  return `jobs-${run}-${need}`;
}

import { PostgresError } from "../../postgres/postgres-error.ts";

const shortestPauseMs = 2000;
const longestPauseMs = 30_000;

export interface OutageNotices {
  /** Called once per outage. */
  onLost(error: PostgresError): void;
  onRegained(): void;
  /** Called at the end, with the number of answers that could not be sent. */
  onUnsent(count: number): void;
}

interface OutageOptions extends OutageNotices {
  /** Rejects while the database cannot be used. */
  probe(): Promise<void>;
  /** Called when the database answers again: writes what is waiting. */
  onBack(): Promise<void>;
}

/** Whether a database can be used at this moment. */
export interface Outage {
  isLost(): boolean;
  /** Works with the database; with the other if it is lost. Rejects with errors of other kinds only. */
  guard<Result>(work: () => Promise<Result>, otherwise: () => Promise<Result> | Result): Promise<Result>;
  /** Looks at once whether the database is back. */
  tryNow(): Promise<void>;
}

export function createOutage(options: OutageOptions): Outage {
  let lostAt: number | undefined;
  let pauseMs = shortestPauseMs;
  let probing: Promise<void> | undefined;
  /** Set until the database is back for good: it may fail again at the next write. */
  let isReported = false;

  const lose = (error: PostgresError): void => {
    if (!isReported) options.onLost(error);
    isReported = true;
    lostAt = performance.now();
  };
  const probe = (): Promise<void> => {
    probing ??= options
      .probe()
      .then(
        async () => {
          if (lostAt === undefined) return;
          lostAt = undefined;
          await options.onBack();
          if (lostAt !== undefined) return;
          pauseMs = shortestPauseMs;
          isReported = false;
          options.onRegained();
        },
        () => {
          lostAt = performance.now();
          pauseMs = Math.min(pauseMs * 2, longestPauseMs);
        },
      )
      .finally(() => {
        probing = undefined;
      });
    return probing;
  };
  return {
    isLost: () => lostAt !== undefined,
    async guard(work, otherwise) {
      if (lostAt !== undefined) {
        if (performance.now() - lostAt > pauseMs) void probe();
        return otherwise();
      }
      for (let attempt = 0; ; attempt++) {
        try {
          return await work();
        } catch (error) {
          if (!(error instanceof PostgresError)) throw error;
          if (error.kind === "retry" && attempt < 3) continue;
          lose(error);
          return otherwise();
        }
      }
    },
    async tryNow() {
      if (lostAt !== undefined) await probe();
    },
  };
}

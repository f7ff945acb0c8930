import pLimit from "p-limit";
import type { RateBucket } from "../../contracts/call-limits.ts";
import { type Clock, throwIfAborted } from "../clock.ts";

const minuteMs = 60_000;
/** A burst may use a tenth of a minute's allowance at once. */
const burstShare = 0.1;

/** How much a bucket holds, and how fast it fills. */
export function rateOf(perMinute: number): { readonly capacity: number; readonly perMs: number } {
  const capacity = Math.max(1, Math.floor(perMinute * burstShare));
  return { capacity, perMs: (perMinute - (capacity - 1)) / minuteMs };
}

/**
 * Never lets more than `perMinute` through in any minute, including a full bucket at the start: the burst is
 * subtracted from the steady flow. An amount above the burst waits for a full bucket.
 */
export function createRateBucket(perMinute: number, clock: Clock): RateBucket {
  const { capacity, perMs } = rateOf(perMinute);
  const turns = pLimit(1);
  let level = capacity;
  let filledAt = clock.now();

  const fill = (): void => {
    const now = clock.now();
    level = Math.min(capacity, level + (now - filledAt) * perMs);
    filledAt = now;
  };
  const take = async (amount: number, signal?: AbortSignal): Promise<void> => {
    throwIfAborted(signal);
    const needed = Math.min(amount, capacity);
    for (fill(); level < needed - 1e-9; fill()) {
      await clock.sleep(Math.max(1, Math.ceil((needed - level) / perMs)), signal);
    }
    level -= amount;
  };
  return {
    take: (amount, signal) => turns(() => take(amount, signal)),
    correct(amount) {
      fill();
      level = Math.min(capacity, level - amount);
    },
  };
}

import { randomBytes } from "node:crypto";
import type { Redis } from "ioredis";
import pLimit from "p-limit";
import type { AdaptiveLimit, CallSlot, RateBucket, SharedLimits } from "../contracts/call-limits.ts";
import { digestOf } from "../core/data/digest.ts";
import { systemClock, throwIfAborted } from "../models/clock.ts";
import { rateOf } from "../models/layers/rate-bucket.ts";
import { shownUrl } from "../models/secret-mask.ts";
import { keyPrefix, wakeChannel } from "./queue-keys.ts";
import { freeSlotScript, renewSlotsScript, takeRateScript, takeSlotScript } from "./queue-scripts.ts";

/** The slots of a killed process are free after this time. */
const slotLeaseMs = 15_000;
const renewMs = 4_000;
/** How long to wait for a free slot before looking again, if no message came. */
const lookAgainMs = 200;
/** Consecutive successes that allow one more concurrent call. */
const longestProbation = 8;

type Run = <Result>(command: () => Promise<Result>) => Promise<Result>;

/**
 * One limiter in Redis for all runs of a queue: a limit belongs to provider, endpoint and model name, whatever a config
 * calls the model. `listener` is a connection of its own.
 */
export function createSharedLimits(
  run: Run,
  client: Redis,
  listener: Redis,
): SharedLimits & { close(): void } {
  const held = new Map<string, Set<string>>();
  const waiting = new Set<() => void>();
  void listener.subscribe(wakeChannel).catch(() => {});
  listener.on("message", (_channel: string, text: string) => {
    if (text !== "free") return;
    for (const wake of waiting) wake();
  });
  const renewing = setInterval(() => {
    for (const [key, ids] of held)
      if (ids.size > 0) void client.eval(renewSlotsScript, 1, key, slotLeaseMs, ...ids).catch(() => {});
  }, renewMs);

  const freed = (): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, lookAgainMs);
      waiting.add(done);
    });

  return {
    adaptiveLimit(model, ceiling): AdaptiveLimit {
      const name = limitName(model);
      const [slots, state] = [`${keyPrefix}:limit:${name}:slots`, `${keyPrefix}:limit:${name}:state`];
      const own = held.get(slots) ?? new Set<string>();
      held.set(slots, own);
      const places = pLimit(ceiling);
      const turns = pLimit(1);
      const shared = model.limits.concurrency ?? 0;

      async function take(id: string, signal: AbortSignal | undefined): Promise<number> {
        for (;;) {
          throwIfAborted(signal);
          const free = freed();
          const serial = await run(() =>
            client.eval(takeSlotScript, 2, slots, state, id, slotLeaseMs, shared),
          );
          if (Number(serial) > 0) return Number(serial);
          await free;
        }
      }
      return {
        run: (task, signal) =>
          places(async () => {
            const id = randomBytes(6).toString("hex");
            const serial = await turns(() => take(id, signal));
            own.add(id);
            let outcome = "none";
            const slot: CallSlot = {
              answered: () => {
                outcome = "answered";
              },
              tooMany: () => {
                outcome = "limited";
              },
            };
            try {
              return await task(slot);
            } finally {
              own.delete(id);
              void client
                .eval(
                  freeSlotScript,
                  2,
                  slots,
                  state,
                  id,
                  serial,
                  outcome,
                  ceiling,
                  longestProbation,
                  wakeChannel,
                )
                .catch(() => {});
            }
          }),
        get current() {
          return ceiling;
        },
      };
    },
    rateBucket(model, kind, perMinute): RateBucket {
      const key = `${keyPrefix}:limit:${limitName(model)}:${kind}`;
      const { capacity, perMs } = rateOf(perMinute);
      const turns = pLimit(1);
      const take = async (amount: number, signal: AbortSignal | undefined): Promise<void> => {
        for (;;) {
          throwIfAborted(signal);
          const waitMs = await run(() => client.eval(takeRateScript, 1, key, capacity, perMs, amount, 0));
          if (Number(waitMs) === 0) return;
          await systemClock.sleep(Number(waitMs), signal);
        }
      };
      return {
        take: (amount, signal) => turns(() => take(amount, signal)),
        correct(amount) {
          void client.eval(takeRateScript, 1, key, capacity, perMs, amount, 1).catch(() => {});
        },
      };
    },
    close: () => clearInterval(renewing),
  };
}

function limitName({ provider, baseUrl, name }: Parameters<SharedLimits["adaptiveLimit"]>[0]): string {
  return digestOf([provider, baseUrl === undefined ? "" : shownUrl(baseUrl), name]).slice(0, 16);
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Destination } from "../settings/client-settings.ts";
import type { EventSink, LossListener } from "./event-sink.ts";
import { librettoEvent, librettoFeedback } from "./libretto-event.ts";
import type { PostRules } from "./post-json.ts";
import { createPostQueue } from "./post-queue.ts";

const defaultRules: PostRules = {
  attempts: 5,
  timeoutMs: 10_000,
  fetch: (url, init) => fetch(url, init),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
  random: Math.random,
};

/** Sends events to a `dao-opt serve`, or to anything else that takes Libretto's events. */
export function createServerSink(
  { addresses, apiKey }: Extract<Destination, { kind: "server" }>,
  onLoss: LossListener,
  rules: PostRules = defaultRules,
): EventSink {
  const queue = createPostQueue(apiKey === undefined ? {} : { "x-api-key": apiKey }, rules, onLoss);
  return {
    append: (trace) => queue.push(addresses.event, JSON.stringify(librettoEvent(trace, apiKey))),
    addFeedback: (key, feedback) =>
      queue.push(addresses.feedback, JSON.stringify(librettoFeedback(key, feedback, apiKey))),
    updateChain: (id, result) =>
      queue.push(
        addresses.updateChain,
        JSON.stringify({ id, ...(apiKey === undefined ? {} : { apiKey }), result }),
      ),
    flush: () => queue.flush(),
    async close() {
      await queue.flush();
      queue.giveUp();
      return queue.flush();
    },
    giveUp: () => queue.giveUp(),
  };
}

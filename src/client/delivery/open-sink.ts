import { setTimeout as sleep } from "node:timers/promises";
import type { TraceSink } from "../../contracts/trace-store.ts";
import { chainResultTrace } from "../../traces/chain-result.ts";
import type { Destination } from "../client-settings.ts";
import { librettoEvent, librettoFeedback } from "./libretto-event.ts";
import type { PostRules } from "./post-json.ts";
import { createPostQueue, type EventSink, type LossListener } from "./post-queue.ts";

const defaultRules: PostRules = {
  attempts: 5,
  timeoutMs: 10_000,
  fetch: (url, init) => fetch(url, init),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
  random: Math.random,
};

/** Sends events to a `dao-opt serve` or any server that accepts Libretto's events. */
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

/** Opens the destination. The store is loaded when the first event is written. */
export async function openSink(destination: Destination, onLoss: LossListener): Promise<EventSink> {
  switch (destination.kind) {
    case "server":
      return createServerSink(destination, onLoss);
    case "sink":
      return withChains(destination.sink);
    case "folder": {
      const { openTraceStore } = await import("../../traces/open-trace-store.ts");
      return withChains(openTraceStore({ folder: destination.folder, onLoss }));
    }
  }
}

function withChains(sink: TraceSink): EventSink {
  return {
    append: (trace) => sink.append(trace),
    addFeedback: (key, feedback) => sink.addFeedback(key, feedback),
    updateChain: (id, result) => sink.append(chainResultTrace(id, result, new Date())),
    flush: () => sink.flush(),
    close: () => sink.close(),
    // A disk always responds, if only with an error.
    giveUp: () => {},
  };
}

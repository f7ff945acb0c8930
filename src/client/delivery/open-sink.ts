import type { TraceSink } from "../../contracts/trace-store.ts";
import { chainResultTrace } from "../../traces/chain-result.ts";
import type { Destination } from "../settings/client-settings.ts";
import type { EventSink, LossListener } from "./event-sink.ts";
import { createServerSink } from "./server-sink.ts";

/** Opens where events go. The store is loaded when the first of them is written. */
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
    // A disk answers by itself, if only with an error.
    giveUp: () => {},
  };
}

import type { TraceLosses, TraceSink } from "../../contracts/trace-store.ts";
import type { JsonValue } from "../../core/data/json.ts";

/** Where events go, with what Libretto's client can say besides traces and feedback. */
export interface EventSink extends TraceSink {
  /** What a chain of calls came to. */
  updateChain(chainId: string, result: JsonValue): void;
  /** Counts what is still on its way as lost; a flush that waits resolves. */
  giveUp(): void;
}

/** Told at every loss what was lost so far. */
export type LossListener = (losses: TraceLosses) => void;

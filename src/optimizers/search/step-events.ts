import type { EngineEvent } from "../../contracts/events.ts";
import type { Lab } from "../../contracts/optimizer.ts";

/** Emits events step by step, also if steps overlap. */
export interface StepEvents {
  readonly emit: Lab["emit"];
  /** Emits what is still held back. */
  flush(): void;
}

/** Events of a later step are held back until `step-finished` of the present one. */
export function createStepEvents(emit: Lab["emit"]): StepEvents {
  let present = 1;
  let held: EngineEvent[] = [];
  const release = (): void => {
    const waiting = held;
    held = [];
    for (const event of waiting) send(event);
  };
  const send = (event: EngineEvent): void => {
    if ("step" in event && event.step > present) {
      held.push(event);
      return;
    }
    emit(event);
    if (event.type !== "step-finished") return;
    present = event.step + 1;
    release();
  };
  return {
    emit: send,
    flush() {
      present = Number.POSITIVE_INFINITY;
      release();
    },
  };
}

import { createRandom } from "../../../src/core/random.ts";
import { normalQuantile } from "../../../src/core/statistics/distributions.ts";

/** How the line to a world's models behaves. */
export interface Conditions {
  /** Median of the log-normal time before an answer; 0 for at once. */
  readonly latencyMs: number;
  /** Share of requests whose first attempt fails. */
  readonly faultRate: number;
}

export type Fault = "429" | "500" | "503" | "dropped" | "cut";

// About one answer in twenty takes twice the median.
const sigma = 0.4;
const faults: readonly Fault[] = ["429", "500", "503", "dropped", "cut"];

/** Milliseconds before the answer to a request; the same for equal requests. */
export function latencyOf({ latencyMs }: Conditions, question: string): number {
  if (latencyMs === 0) return 0;
  const draw = createRandom(`latency/${question}`).next();
  return latencyMs * Math.exp(sigma * normalQuantile(Math.min(0.999, Math.max(0.001, draw))));
}

/** The fault of the first attempt of a request; undefined if there is none. */
export function faultOf({ faultRate }: Conditions, question: string): Fault | undefined {
  if (faultRate === 0) return undefined;
  const random = createRandom(`fault/${question}`);
  return random.next() < faultRate ? random.pick(faults) : undefined;
}

import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Has the engine give back what a large body left behind. By itself it waits until several more have come, for it
 * does not count the bytes outside of its heap.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}

const watchMs = 20;
/** Bytes of the heap and outside of it from which on they are looked through for what can be given back. */
const manyBytes = 80 * 1024 * 1024;
/** For every moment of collecting, so many of rest. */
const share = 1;

/** Collects garbage while a large body is worked on; the function it gives ends that. */
export function keepMemoryLow(): () => void {
  let restUntilMs = 0;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const { total_heap_size: heap, external_memory: outside } = getHeapStatistics();
    if (nowMs < restUntilMs || heap + outside < manyBytes) return;
    collectGarbage();
    const endMs = performance.now();
    restUntilMs = endMs + (endMs - nowMs) * share;
  }, watchMs);
  timer.unref();
  return () => clearInterval(timer);
}

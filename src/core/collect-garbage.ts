import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | undefined;

/**
 * Collects the garbage that a large body leaves behind. V8 does not count bytes outside its heap, so on its own
 * it would wait for several more bodies.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}

const watchMs = 20;
/** Collect once the heap and the memory outside it exceed this many bytes. */
const manyBytes = 80 * 1024 * 1024;
/** Idle time per unit of collection time. */
const share = 1;

/** Collects garbage while a large body is processed. Returns a function that stops it. */
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

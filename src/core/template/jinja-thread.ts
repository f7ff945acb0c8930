import { Worker } from "node:worker_threads";
import { UsageError } from "../errors.ts";
import type { JinjaJob, JinjaResult } from "./jinja-job.ts";
import type { WorkerEntry } from "./jinja-worker-entry.ts";

/** A thread that renders, one job at a time. */
export interface JinjaThread {
  /** Rejects with UsageError for what the template does wrong, and when it had to be stopped. */
  run(job: JinjaJob): Promise<JinjaResult>;
  stop(): Promise<void>;
}

/** The thread stops a template itself after a second; this is for what no script can be stopped in. */
const limitMs = 1500;
const startLimitMs = 10_000;
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

export function startJinjaThread(entry: WorkerEntry): JinjaThread {
  let worker: Worker | undefined;
  let isWarm = false;
  const open = () => {
    isWarm = false;
    const opened =
      "file" in entry
        ? new Worker(entry.file, { resourceLimits })
        : new Worker(entry.text, { eval: true, resourceLimits });
    // An idle thread keeps no process alive.
    opened.unref();
    opened.on("error", () => {
      if (worker === opened) worker = undefined;
    });
    return opened;
  };
  const stop = async () => {
    const stopped = worker;
    worker = undefined;
    await stopped?.terminate();
  };
  return {
    stop,
    run(job) {
      const asked = worker ?? open();
      worker = asked;
      return new Promise<JinjaResult>((resolve, reject) => {
        const settle = (act: () => void) => {
          clearTimeout(timer);
          asked.off("message", answered).off("error", failed).off("exit", left);
          asked.unref();
          act();
        };
        const refuse = (reason: string) => () =>
          reject(new UsageError(`the jinja template was stopped: ${reason}`));
        const answered = (result: JinjaResult) => {
          isWarm = true;
          settle(() => resolve(result));
        };
        const failed = (error: NodeJS.ErrnoException) =>
          settle(
            error.code === "ERR_WORKER_OUT_OF_MEMORY"
              ? refuse("it takes too much memory")
              : () => reject(error),
          );
        const left = () => settle(refuse("its thread ended"));
        const timer = setTimeout(
          () => {
            settle(refuse("it could not be rendered within 1 second"));
            void stop();
          },
          isWarm ? limitMs : startLimitMs,
        );
        asked.ref();
        asked.on("message", answered).on("error", failed).on("exit", left);
        asked.postMessage(job);
      });
    },
  };
}

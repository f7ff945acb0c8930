import { QueueError, UsageError } from "../../../core/errors.ts";
import type { Secret } from "../../../core/text/secret.ts";
import { shownQueue } from "../../../queue/connect-redis.ts";
import { type OpenWorker, openWorker, type WorkerProgress } from "../../../queue/worker/open-worker.ts";
import { toolVersion } from "../../../version.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitCodeOf, exitCodeOfSignal, exitDone } from "../../exit-codes.ts";
import { openConfig } from "../../session/open-config.ts";
import { readSettings } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import type { WorkerOutput } from "./output.ts";
import { startWorkerDisplay } from "./worker-display.ts";

const defaultAttempts = 8;

/** `worker`: does jobs of a queue until SIGINT or SIGTERM. */
export async function workerCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  const opened = await openConfig(file, settings, context);
  const url = settings.queue ?? settings.workers ?? opened.config.workersQueue;
  if (url === undefined)
    throw new UsageError("no queue is given", {
      hint: "use --queue redis://host:6379, DAO_OPT_QUEUE, or workers: { queue: … } in the config",
    });
  const concurrency = settings.concurrency ?? defaultAttempts;
  const display = await startWorkerDisplay(context, settings);
  const startedMs = context.clock.monotonicMs();
  let name = "";
  const stopped = stopSignals(context);
  let worker: OpenWorker | undefined;
  try {
    worker = await openWorker({
      url,
      config: opened.config,
      catalog: opened.catalog,
      concurrency,
      toolVersion,
      pid: context.ownProcess.pid,
      listener(event) {
        if (event.type === "connected") name = event.name;
        display.listen(event);
      },
    });
    await Promise.race([stopped.first, worker.ended]);
    display.note(`draining: ${worker.progress.inFlight} in flight; a second signal exits at once`);
    await Promise.race([worker.drain(), worker.ended]);
    return exitDone;
  } catch (error) {
    if (settings.json !== true || !(error instanceof QueueError)) throw error;
    // With --json, the document of what was done stays the only output on stdout if there is any.
    if (worker === undefined) throw error;
    display.stop();
    const look = lookOf(context, context.stderr, settings);
    context.stderr.write(describeError(error, { look, isDebug: settings.debug === true }));
    return exitCodeOf(error);
  } finally {
    stopped.forget();
    display.stop();
    if (worker !== undefined) {
      const { progress } = worker;
      await worker.close();
      const seconds = (context.clock.monotonicMs() - startedMs) / 1000;
      report(url, { name, concurrency, seconds }, progress);
    }
  }

  function report(
    queue: Secret,
    facts: Pick<WorkerOutput, "name" | "concurrency" | "seconds">,
    { done, failed, dropped }: WorkerProgress,
  ): void {
    const output: WorkerOutput = { queue: shownQueue(queue), ...facts, done, failed, dropped };
    if (settings.json === true) context.stdout.write(`${JSON.stringify(output, null, 2)}\n`);
    else display.note(`ended: ${done} done, ${failed} failed`);
  }
}

/** The first signal resolves; the second exits. */
function stopSignals(context: CliContext): { readonly first: Promise<void>; forget(): void } {
  let forget = (): void => {};
  const first = new Promise<void>((resolve) => {
    let signals = 0;
    forget = context.onSignal((signal) => {
      signals++;
      if (signals === 1) resolve();
      else context.exitNow(exitCodeOfSignal(signal));
    });
  });
  return { first, forget: () => forget() };
}

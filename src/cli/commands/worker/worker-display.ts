import type { WorkerEvent, WorkerProgress } from "../../../queue/worker/open-worker.ts";
import { type CliContext, lookOf } from "../../context.ts";
import type { Settings } from "../../settings.ts";
import { withConsoleSigns } from "../../terminal/console-signs.ts";
import { renderNotice } from "../../terminal/notices.ts";
import { openSpinner } from "../../terminal/progress.ts";
import { shortened } from "../../terminal/shorten.ts";

/** A log has a line at most this often. */
const lineEveryMs = 10_000;
/** Attempts that fail together fail for one reason. */
const failureEveryMs = 5_000;
const longestFailure = 200;

/** Shows what a worker does on stderr: one living line on a terminal, lines otherwise. */
export async function startWorkerDisplay(
  context: CliContext,
  settings: Settings,
): Promise<{ listen(event: WorkerEvent): void; note(text: string): void; stop(): void }> {
  const look = lookOf(context, context.stderr, settings);
  const isQuiet = settings.quiet === true;
  const isShown = !isQuiet && settings.progress !== false;
  const spinner = isShown ? await openSpinner(context, look) : undefined;
  const now = () => context.clock.monotonicMs();
  let progress: WorkerProgress = { done: 0, failed: 0, dropped: 0, inFlight: 0 };
  let shownText = "";
  let shownMs = now();
  let failedMs = Number.NEGATIVE_INFINITY;

  const write = (text: string): void => {
    spinner?.clear();
    context.stderr.write(withConsoleSigns(text, look));
  };
  const note = (text: string): void => {
    if (isQuiet) return;
    const time = context.clock.now().toTimeString().slice(0, 8);
    write(`${time} ${text}\n`);
  };
  const tick = (): void => {
    const text = progressText(progress);
    if (spinner !== undefined) {
      spinner.text = text;
      if (!spinner.isSpinning) spinner.start();
    } else if (isShown && text !== shownText && now() - shownMs >= lineEveryMs) {
      note(text);
      shownText = text;
      shownMs = now();
    }
  };
  const ticks = setInterval(tick, 1000);
  ticks.unref();

  return {
    listen(event) {
      if (event.type === "connected")
        note(`${event.name} waits for jobs on ${event.queue}, ${event.concurrency} at once`);
      if (event.type === "warning") write(renderNotice("warning", event.message, look));
      if (event.type === "progress") {
        progress = event.progress;
        if (spinner !== undefined) tick();
      }
      if (event.type === "job-failed" && (settings.verbose === true || now() - failedMs >= failureEveryMs)) {
        failedMs = now();
        note(`failed: ${shortened(event.message.replace(/\s+/g, " "), longestFailure)}`);
      }
    },
    note,
    stop() {
      clearInterval(ticks);
      spinner?.stop();
    },
  };
}

function progressText({ done, failed, dropped, inFlight }: WorkerProgress): string {
  const late = dropped === 0 ? "" : `, ${dropped} dropped`;
  return `${done} done, ${inFlight} in flight, ${failed} failed${late}`;
}

import type { FetchListener } from "../../project/fetch-mlflow-rows.ts";
import { type CliContext, lookOf } from "../context.ts";
import type { Settings } from "../settings.ts";
import { formatCount } from "./format.ts";
import { openSpinner, usualColumns } from "./progress.ts";
import { shortened } from "./shorten.ts";

/** Without a spinner. */
const plainEveryMs = 5000;

interface FetchProgress {
  readonly listen: FetchListener;
  stop(): void;
}

/** Shows how many rows of MLflow are fetched: a spinner on terminals, otherwise a line every few seconds. */
export async function startFetchProgress(context: CliContext, settings: Settings): Promise<FetchProgress> {
  const isSilent = settings.quiet === true || settings.progress === false || settings.events === "-";
  if (isSilent) return { listen: () => {}, stop: () => {} };
  const spinner = await openSpinner(context, lookOf(context, context.stderr, settings));
  let lastPlainMs = context.clock.monotonicMs();
  return {
    listen({ dataset, count, what }) {
      const line = `${dataset}: ${formatCount(count)} ${what} fetched from MLflow`;
      if (spinner !== undefined) {
        spinner.text = shortened(line, (context.stderr.columns || usualColumns) - 3);
        if (!spinner.isSpinning) spinner.start();
        return;
      }
      const nowMs = context.clock.monotonicMs();
      if (nowMs - lastPlainMs < plainEveryMs) return;
      lastPlainMs = nowMs;
      context.stderr.write(`${line}\n`);
    },
    stop: () => spinner?.stop(),
  };
}

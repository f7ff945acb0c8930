import { join } from "node:path";
import { unrenderTrace } from "../../../collect/import/unrender-trace.ts";
import { createUnrenderer } from "../../../collect/unrender/create-unrenderer.ts";
import { templatesOfConfig } from "../../../collect/unrender/known-template.ts";
import { readEnvironment } from "../../../config/values/environment.ts";
import type { DatasetRecord, DatasetStore } from "../../../contracts/dataset-store.ts";
import type { TraceLosses } from "../../../contracts/trace-store.ts";
import { thrownReason } from "../../../core/errors.ts";
import type { Trace } from "../../../core/trace.ts";
import { createMemoryRegistry } from "../../../registry/create-memory-registry.ts";
import { openRunStore } from "../../../run/store/run-store.ts";
import { createServer } from "../../../server/create-server.ts";
import { healthGroup } from "../../../server/health-routes.ts";
import { createProxyGroup, upstreamOf } from "../../../server/proxy-group.ts";
import { datasetRecordOf } from "../../../traces/dataset-record.ts";
import { toolVersion } from "../../../version.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import { type OpenedConfig, openConfig } from "../../session/open-config.ts";
import { serverLog, serveUntilSignal, withRedaction } from "../../session/serve-until-signal.ts";
import { proxyPort, readServerFlags } from "../../session/server-flags.ts";
import { openStores, readWorkspace } from "../../session/workspace.ts";
import { readSettings } from "../../settings.ts";
import { countOf } from "../../terminal/format.ts";
import { printLosses } from "../../terminal/notices.ts";
import type { CollectProxyOutput } from "./output.ts";

/** Adds the template and variables to a recorded call, if they are known. */
export type RecoverTrace = (trace: Trace) => Trace;

/** Matches calls against the prompts of a config; without a config, calls keep their own labels. */
async function recoverWith(
  opened: Pick<OpenedConfig, "config" | "registry"> | undefined,
): Promise<RecoverTrace> {
  if (opened === undefined) return (trace) => trace;
  const templates = await templatesOfConfig(opened.config.prompts, opened.registry);
  const unrenderer = createUnrenderer(templates);
  const paths = new Set(templates.map(({ path }) => path));
  return (trace) => unrenderTrace(trace, unrenderer, paths).trace;
}

export interface ProxyRows {
  add(trace: Trace): void;
  /** Merges the pending rows and stops. Never rejects. */
  close(): Promise<void>;
  /** Counts of merged rows, of calls with unknown variables, and of rows that could not be stored. */
  readonly counts: { readonly rows: number; readonly without: number; readonly lost: number };
}

const mergeEveryMs = 5000;
/** A merge reads the whole dataset, so merging takes at most a twentieth of the time. */
const mergeShare = 20;
const mostWaiting = 50_000;

/** Collects the rows of recorded calls and merges them into a dataset periodically. */
export function collectRows(
  dataset: string,
  datasets: Pick<DatasetStore, "merge">,
  warn: (text: string) => void,
  clock: { monotonicMs(): number },
): ProxyRows {
  let waiting: DatasetRecord[] = [];
  let merging: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const counts = { rows: 0, without: 0, lost: 0 };

  async function mergeWaiting(): Promise<void> {
    const records = waiting;
    waiting = [];
    if (records.length === 0) return;
    try {
      await datasets.merge(dataset, records);
      counts.rows += records.length;
    } catch (error) {
      // Kept for the next attempt: there may be disk space again by then.
      waiting = [...records, ...waiting];
      warn(`cannot write the dataset ${dataset}: ${thrownReason(error)}`);
    }
  }

  function schedule(afterMs: number): void {
    timer = setTimeout(() => {
      const startedMs = clock.monotonicMs();
      merging = mergeWaiting().then(() => {
        const tookMs = clock.monotonicMs() - startedMs;
        if (timer !== undefined) schedule(Math.max(mergeEveryMs, tookMs * mergeShare));
      });
    }, afterMs);
    // Unref'd: the server keeps the process alive, and a command that fails before it listens must exit.
    timer.unref();
  }
  schedule(mergeEveryMs);

  return {
    counts,
    add(trace) {
      const record = datasetRecordOf(trace);
      if (record === undefined) counts.without++;
      else if (waiting.length < mostWaiting) waiting.push(record);
      else counts.lost++;
    },
    async close() {
      clearTimeout(timer);
      timer = undefined;
      await merging;
      await mergeWaiting();
      counts.lost += waiting.length;
      waiting = [];
    },
  };
}

const prefix = "/v1";

/** `collect proxy`: records calls until Ctrl-C. Exit 1 if a recorded call could not be stored. */
export async function collectProxyCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const text = (name: string) => (typeof options[name] === "string" ? options[name] : undefined);
  const configFile = text("config");
  const settings = await readSettings(options, context, configFile);
  const flags = readServerFlags(options, context, proxyPort);
  const opened = configFile === undefined ? undefined : await openConfig(configFile, settings, context);
  const places = opened?.config ?? (await readWorkspace(options, context));
  const { statePath } = places;
  const { cwd, clock } = context;
  const env = await readEnvironment(configFile ?? join(cwd, "proxy"), {
    env: context.env,
    cwd,
    envFile: settings.envFile,
  });
  const look = lookOf(context, context.stderr, settings);
  const log = serverLog(context, look);
  const stores = await openStores(places, context);
  const dataset = text("dataset");
  // Fail now rather than after an hour of recording.
  if (dataset !== undefined) stores.datasets.fileOf(dataset);
  const rows = dataset === undefined ? undefined : collectRows(dataset, stores.datasets, log, clock);
  const recover = await recoverWith(opened);
  const counts = { traces: 0, errors: 0 };
  const upstream = text("upstream");
  const kept = (trace: Trace) => {
    counts.traces++;
    if (trace.error !== undefined) counts.errors++;
    stores.traces.append(trace);
    rows?.add(trace);
  };
  // Recover variables from the original text, then redact what is stored.
  const traces = await withRedaction({ ...stores.traces, append: kept }, options);
  const server = createServer(
    {
      registry: createMemoryRegistry(),
      datasets: stores.datasets,
      traces: { ...traces, append: (trace) => traces.append(recover(trace)) },
      runs: openRunStore(statePath, context),
      clock,
      env,
      log,
      version: toolVersion,
    },
    flags,
    [createProxyGroup({ prefix, ...(upstream === undefined ? {} : { upstream }) }), healthGroup],
  );
  let losses: TraceLosses;
  try {
    await serveUntilSignal(server, flags, context, (address) => {
      const output: CollectProxyOutput = {
        url: `${address.url}${prefix}`,
        port: address.port,
        upstream: upstreamOf({ env, address: () => address }, upstream).shown,
        state: statePath,
        dataset: dataset ?? null,
      };
      context.stdout.write(settings.json === true ? `${JSON.stringify(output)}\n` : welcome(output));
    });
  } finally {
    await rows?.close();
    losses = await traces.close();
    printLosses(context, look, losses);
  }
  if (settings.quiet !== true) context.stderr.write(summary(counts, dataset, rows));
  return losses.count + (rows?.counts.lost ?? 0) > 0 ? exitRuntime : exitDone;
}

function welcome({ url, upstream, state, dataset }: CollectProxyOutput): string {
  const into = dataset === null ? "" : `, dataset ${dataset}`;
  return `recording calls to ${url}, forwarded to ${upstream}\n  into ${state}${into}\n   OPENAI_BASE_URL=${url}\npress Ctrl-C to stop\n`;
}

function summary(
  { traces, errors }: { readonly traces: number; readonly errors: number },
  dataset: string | undefined,
  rows: ProxyRows | undefined,
): string {
  const failed = errors === 0 ? "" : `, ${errors} failed`;
  const recorded = `${countOf(traces, "call")} recorded${failed}`;
  if (rows === undefined) return `${recorded}\n`;
  const { rows: merged, without, lost } = rows.counts;
  const missing = lost === 0 ? "" : `; ${countOf(lost, "row")} could not be stored`;
  const left = without === 0 ? "" : `; ${countOf(without, "call")} without known variables skipped`;
  return `${recorded}; ${countOf(merged, "row")} merged into ${dataset}${left}${missing}\n`;
}

import { join } from "node:path";
import { readEnvironment } from "../../../config/values/environment.ts";
import type { TraceLosses } from "../../../contracts/trace-store.ts";
import type { Trace } from "../../../core/trace.ts";
import { createMemoryRegistry } from "../../../registry/create-memory-registry.ts";
import { openRunStore } from "../../../run/store/run-store.ts";
import { createServer } from "../../../server/create-server.ts";
import { healthGroup } from "../../../server/health/health-routes.ts";
import { createProxyGroup, upstreamOf } from "../../../server/proxy/proxy-group.ts";
import { toolVersion } from "../../../version.ts";
import { type CliContext, lookOf } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import { serverLog } from "../../server-log.ts";
import { openConfig } from "../../session/open-config.ts";
import { openStores } from "../../session/open-stores.ts";
import { collectRows, type ProxyRows, recoverWith } from "../../session/proxy-dataset.ts";
import { serveUntilSignal } from "../../session/serve-until-signal.ts";
import { proxyPort, readServerFlags, withRedaction } from "../../session/server-options.ts";
import { readWorkspace } from "../../session/workspace.ts";
import { readSettings } from "../../settings.ts";
import { countOf } from "../../terminal/format.ts";
import { printLosses } from "../../terminal/losses.ts";
import type { CollectProxyOutput } from "../serve/output.ts";

const prefix = "/v1";

/** `collect proxy`: records until Ctrl-C. Exit 1 when something recorded could not be kept. */
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
  const statePath = opened?.config.statePath ?? (await readWorkspace(options, context)).statePath;
  const { cwd, clock } = context;
  const env = await readEnvironment(configFile ?? join(cwd, "proxy"), {
    env: context.env,
    cwd,
    envFile: settings.envFile,
  });
  const look = lookOf(context, context.stderr, settings);
  const log = serverLog(context, look);
  const stores = openStores(statePath, context);
  const dataset = text("dataset");
  // Told now, not after an hour of recording.
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
  // Variables are recovered from what was sent; what is kept of them is redacted.
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
  return `recording what goes through ${url} to ${upstream}\n  into ${state}${into}\n  OPENAI_BASE_URL=${url}\nCtrl-C stops\n`;
}

function summary(
  { traces, errors }: { readonly traces: number; readonly errors: number },
  dataset: string | undefined,
  rows: ProxyRows | undefined,
): string {
  const failed = errors === 0 ? "" : `, ${errors} of them failed`;
  const recorded = `${countOf(traces, "call")} recorded${failed}`;
  if (rows === undefined) return `${recorded}\n`;
  const { rows: merged, without, lost } = rows.counts;
  const missing = lost === 0 ? "" : `; ${countOf(lost, "row")} could not be kept`;
  const left = without === 0 ? "" : `; ${countOf(without, "call")} without known variables left out`;
  return `${recorded}; ${countOf(merged, "row")} merged into ${dataset}${left}${missing}\n`;
}

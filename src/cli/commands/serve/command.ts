import { join } from "node:path";
import { builtinCatalog } from "../../../builtins.ts";
import { configScorers } from "../../../calls/scoring/config-scorers.ts";
import { readEnvironment } from "../../../config/values/environment.ts";
import type { TraceLosses } from "../../../contracts/trace-store.ts";
import { lastMlflowRows } from "../../../project/open-mlflow-dataset.ts";
import { openRegistry } from "../../../registry/open-registry.ts";
import { openRunStore } from "../../../run/store/run-store.ts";
import { createServer } from "../../../server/create-server.ts";
import type { ServerAddress } from "../../../server/server-services.ts";
import { toolVersion } from "../../../version.ts";
import { asTyped, type CliContext, filedBy, lookOf } from "../../context.ts";
import { exitDone, exitRuntime } from "../../exit-codes.ts";
import { serverLog, serveUntilSignal, withRedaction } from "../../session/serve-until-signal.ts";
import { readServerFlags, servePort } from "../../session/server-flags.ts";
import { openStores, readProject, readWorkspace, usualFolders } from "../../session/workspace.ts";
import { folderFlags } from "../../terminal/next-commands.ts";
import { printLosses } from "../../terminal/notices.ts";
import type { ServeOutput } from "./output.ts";

/** `serve`: runs the HTTP server until Ctrl-C. Exit 1 if traces could not be stored. */
export async function serveCommand(
  _args: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const places = await readWorkspace(options, context);
  const { settings, configFile, registryPath, statePath } = places;
  const project = await readProject(places, context);
  const flags = readServerFlags(options, context, servePort);
  const { cwd, clock } = context;
  const registry = openRegistry(registryPath, filedBy(context));
  // Fail at startup if the registry is unreadable.
  await registry.environments();
  const env = await readEnvironment(configFile ?? join(cwd, "serve"), {
    env: context.env,
    cwd,
    envFile: settings.envFile,
  });
  const stores = await openStores(places, context, { keepsIndex: true });
  const traces = await withRedaction(stores.traces, options);
  const look = lookOf(context, context.stderr, settings);
  const log = serverLog(context, look);
  const folders = folderFlags(cwd, { registryPath, statePath }, await usualFolders(context));
  const server = createServer(
    {
      registry,
      traces,
      datasets: stores.datasets,
      runs: openRunStore(statePath, context),
      ...(context.interruptProcess === undefined ? {} : { interruptProcess: context.interruptProcess }),
      clock,
      env,
      models: project?.models,
      project,
      mlflowRows: project === undefined ? undefined : (reference) => lastMlflowRows(project, reference),
      scorers:
        project === undefined
          ? undefined
          : configScorers({ config: project, catalog: builtinCatalog(), registry }),
      log,
      version: toolVersion,
      commands: { format: (text) => asTyped(text, context), ...folders },
    },
    flags,
  );
  let losses: TraceLosses;
  try {
    await serveUntilSignal(server, flags, context, (address) => {
      const output = { url: address.url, port: address.port, registry: registryPath, state: statePath };
      context.stdout.write(settings.json === true ? `${JSON.stringify(output)}\n` : welcome(output, address));
    });
  } finally {
    losses = await traces.close();
    printLosses(context, look, losses);
  }
  return losses.count > 0 ? exitRuntime : exitDone;
}

function welcome({ url, registry, state }: ServeOutput, { host }: ServerAddress): string {
  const lines = [
    ["prompts", registry],
    ["state", state],
    ["Humanloop", `baseUrl: ${url}/v5`],
    ["OpenTelemetry", `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${url}/v1/traces`],
    ["Libretto", `LIBRETTO_API_PREFIX=${url}`],
    ["recording", `OPENAI_BASE_URL=${url}/openai/v1`],
  ];
  const width = Math.max(...lines.map(([name = ""]) => name.length));
  const rows = lines.map(([name = "", value = ""]) => `  ${name.padEnd(width)}  ${value}\n`);
  const open = host === "127.0.0.1" ? "" : `, listening on ${host}`;
  return `dao-opt at ${url}${open}\n${rows.join("")}press Ctrl-C to stop\n`;
}

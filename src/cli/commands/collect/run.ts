import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { planCollection } from "../../../collect/run/plan-collection.ts";
import type { Config } from "../../../config/config.ts";
import type { Dataset } from "../../../contracts/dataset-store.ts";
import { UsageError } from "../../../core/errors.ts";
import { readDataset } from "../../../datasets/read-dataset.ts";
import { openRows } from "../../../imports/open-rows.ts";
import { openDatasets } from "../../../project/find-dataset.ts";
import { asTyped, type CliContext, lookOf } from "../../context.ts";
import { collectSession } from "../../session/collect-session.ts";
import { openConfig } from "../../session/open-config.ts";
import { openStores, usualFolders } from "../../session/workspace.ts";
import { readSettings, type Settings } from "../../settings.ts";
import { describeError } from "../../terminal/describe-error.ts";
import { startFetchProgress } from "../../terminal/fetch-progress.ts";
import { folderFlags } from "../../terminal/next-commands.ts";
import { printLosses, printNotices } from "../../terminal/notices.ts";
import { type CollectOutput, collectOutput } from "./output.ts";
import { renderCollection } from "./text.ts";

/** `collect CONFIG`: records the answers of the source model or an agent as traces and a dataset. */
export async function collectRunCommand(
  [file = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const settings = await readSettings(options, context, file);
  if (typeof settings.resume === "string")
    throw new UsageError(`--resume does not take a run in collect, got "${settings.resume}"`, {
      hint: "use --resume alone to skip rows that have an answer in the traces",
    });
  const text = (name: string) => (typeof options[name] === "string" ? options[name] : undefined);
  const [inputs, dataset] = [text("inputs"), text("dataset")];
  const missing = [
    ...(inputs === undefined ? ["--inputs FILE (rows of variables)"] : []),
    ...(dataset === undefined ? ["--dataset NAME (dataset for the answers)"] : []),
  ];
  if (inputs === undefined || dataset === undefined)
    throw new UsageError(`collect requires ${missing.join(" and ")}`, {
      hint: "dao-opt collect config.yaml --inputs rows.jsonl --dataset reviews",
    });
  const opened = await openConfig(file, settings, context);
  const { config, registry } = opened;
  const [prompt, model, agent] = [text("prompt"), text("model"), text("agent")];
  const plan = await planCollection(
    config,
    {
      ...(prompt === undefined ? {} : { prompt }),
      ...(model === undefined ? {} : { model }),
      ...(agent === undefined ? {} : { agent }),
    },
    registry,
  );
  const { traces, datasets } = await openStores(config, context);
  const out = datasets.fileOf(dataset);
  const rows = await readInputs(inputs, dataset, config, settings, context);
  try {
    const session = { plan, rows, dataset, traces, datasets };
    const result = await collectSession(session, opened, settings, context);
    const [only, ...others] = plan.prompts;
    const about: Pick<CollectOutput, "dataset" | "file" | "prompt" | "agent"> = {
      dataset,
      file: out,
      prompt: others.length > 0 ? null : (only?.path ?? null),
      agent: plan.agent?.name ?? null,
    };
    const output = collectOutput(result, about);
    context.stdout.write(
      settings.json === true
        ? `${JSON.stringify(output, null, 2)}\n`
        : asTyped(
            renderCollection(output, {
              file,
              usesCache: settings.cache !== false,
              failure: result.failure,
              look: lookOf(context, context.stdout, settings),
              stateFlag: folderFlags(context.cwd, config, await usualFolders(context)).stateFlag,
            }),
            context,
          ),
    );
    const look = lookOf(context, context.stderr, settings);
    printLosses(context, look, result.losses);
    if (result.error !== undefined && settings.json !== true)
      context.stderr.write(describeError(result.error, { look, isDebug: settings.debug === true }));
    return output.exit_code;
  } finally {
    await rows.close();
    await traces.close();
  }
}

/** Rows of a file, or of a dataset that the config declares, which may be in MLflow. */
async function readInputs(
  inputs: string,
  dataset: string,
  config: Config,
  settings: Settings,
  context: CliContext,
): Promise<Dataset> {
  const path = resolve(context.cwd, inputs);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere && Object.hasOwn(config.datasets, inputs)) {
    const fetching = await startFetchProgress(context, settings);
    const finder = openDatasets(config, { mlflow: "fetch", onFetch: fetching.listen });
    const rows = await finder.open(inputs, "fail").finally(fetching.stop);
    if (settings.quiet !== true) printNotices(context, lookOf(context, context.stderr, settings), finder);
    return rows;
  }
  const declared = config.datasets[dataset]?.spec;
  const rows = await readDataset(
    { ...declared, name: dataset, source: { kind: "file", path }, onBadRow: "fail" },
    { relativeTo: context.cwd, rowsHint: "correct or remove these rows", openRows },
  );
  const notices = { warnings: [], notes: rows.notes ?? [] };
  if (settings.quiet !== true) printNotices(context, lookOf(context, context.stderr, settings), notices);
  return rows;
}

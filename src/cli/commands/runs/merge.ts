import { randomBytes } from "node:crypto";
import { UsageError } from "../../../core/errors.ts";
import { renderReport } from "../../../report/render-report.ts";
import { type MergeSource, mergePlans, mergeRecords } from "../../../run/record/merge-runs.ts";
import { readMergeSource } from "../../../run/store/read-merge-source.ts";
import { openRunStore } from "../../../run/store/run-store.ts";
import { toolVersion } from "../../../version.ts";
import type { Action } from "../../command-spec.ts";
import type { CliContext } from "../../context.ts";
import { exitGate, runExitCode, worstExit } from "../../exit-codes.ts";
import { declaredThings } from "../../session/find-config.ts";
import { readWorkspace } from "../../session/workspace.ts";
import type { Settings } from "../../settings.ts";
import { writeSummaries } from "../run/command.ts";
import { printRecord } from "../run/print-record.ts";

/** `runs merge`: joins runs of single optimizations into the run that would have done them all. */
export const runsMergeCommand: Action = async (named, options, context) => {
  if (named.length === 0) throw new UsageError("runs merge needs at least one run");
  const { settings, configFile, ...folders } = await readWorkspace(options, context);
  const { statePath } = folders;
  const runStore = openRunStore(statePath, context);
  const read: MergeSource[] = [];
  for (const one of named) read.push(await readMergeSource(one, { cwd: context.cwd, runStore }));
  const sources = await inConfigOrder(read, configFile, context);
  const plan = mergePlans(sources);
  const folder = await runStore.create(plan, {
    // Without a config's path, `--resume` of the config does not take the merged run for the newest.
    configPath: statePath,
    now: context.clock.now(),
    salt: randomBytes(3).toString("hex").slice(0, 4),
  });
  const effective = { ...settings, ...failOnOf(sources, settings) };
  const merged = mergeRecords(sources, { run: folder.run, plan, toolVersion });
  const codes = sources.map(({ record }) => record.exitCode).filter((code) => code !== exitGate);
  const record = { ...merged, exitCode: worstExit([...codes, runExitCode(merged, undefined, effective)]) };
  await runStore.writeRecord(folder, record);
  await runStore.write(folder, "report.html", renderReport(record));
  await printRecord(record, folders, settings, context);
  await writeSummaries(record, effective, context);
  return record.exitCode;
};

/** A run that ended with exit code 100 had `--fail-on`: the merged run has it too. */
function failOnOf(
  sources: readonly MergeSource[],
  { failOn }: Pick<Settings, "failOn">,
): Pick<Settings, "failOn"> {
  if (failOn !== undefined) return { failOn };
  const failed = sources.filter(({ record }) => record.exitCode === exitGate);
  if (failed.length === 0) return {};
  const isRegression = failed.every(({ record }) =>
    record.optimizations.some(({ status }) => status === "regressed"),
  );
  return { failOn: isRegression ? "regressed" : "no_proven_improvement" };
}

/** The order of the config, if it is here; else the order of the arguments. */
async function inConfigOrder(
  sources: readonly MergeSource[],
  configFile: string | undefined,
  context: CliContext,
): Promise<readonly MergeSource[]> {
  if (configFile === undefined) return sources;
  const config = await declaredThings(configFile, context).catch(() => undefined);
  const names = Object.values(config?.optimizations ?? {}).map(({ name }) => name);
  const placeOf = ({ record }: MergeSource): number => {
    const at = names.indexOf(record.optimizations[0]?.name ?? "");
    return at === -1 ? names.length : at;
  };
  return sources.toSorted((one, other) => placeOf(one) - placeOf(other));
}

import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { formatGain, formatInterval, formatScore } from "../../terminal/format.ts";
import { renderTable } from "../../terminal/table.ts";
import { openRegistryCommand } from "./open.ts";
import { historyOutput } from "./output.ts";

export async function historyCommand(
  [path = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, look, print } = await openRegistryCommand(options, context);
  // Says by name what is near when the prompt is not there.
  const { path: full } = await registry.get(path, { defaultSelector: "latest" });
  const [versions, deployments] = await Promise.all([registry.history(full), registry.deployments(full)]);
  const output = historyOutput(full, versions, deployments);
  print(output, () => {
    const versionRows = versions.map((version) => {
      const test = version.origin.scores?.test;
      return [
        String(version.version),
        version.createdAt.replace("T", " ").slice(0, 16),
        version.versionName ?? "",
        test === undefined ? formatScore(undefined) : formatScore(test.optimized),
        test === undefined ? "" : `${formatGain(test.difference)} ${formatInterval(test.interval)}`,
        version.environments.join(", "),
        version.versionDescription ?? "",
      ];
    });
    const titles = ["Version", "Created (UTC)", "Name", "Score", "Gain", "Environments", "Description"];
    const moves = output.deployments.map(
      ({ at, environment, from, to, note }) =>
        `${at.replace("T", " ").slice(0, 16)}  ${environment}: ${from ?? "nothing"} → ${to ?? "nothing"}${note === null ? "" : `  (${note})`}`,
    );
    return [
      full,
      renderTable(
        titles.map((title) => ({ title })),
        versionRows,
        look,
      ),
      "deployments",
      ...moves,
      "",
    ].join("\n");
  });
  return exitDone;
}

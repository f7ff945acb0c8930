import { stringify } from "yaml";
import type { Template } from "../../../core/prompt/prompt.ts";
import { templateToJson } from "../../../core/prompt/template-json.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import type { Column } from "../../terminal/fit-columns.ts";
import { formatGain, formatInterval, formatScore } from "../../terminal/format.ts";
import { shortened } from "../../terminal/shorten.ts";
import { renderTable } from "../../terminal/table.ts";
import { wrapText } from "../../terminal/wrap.ts";
import { openRegistryCommand } from "./open.ts";
import { historyOutput, showOutput } from "./output.ts";

export async function historyCommand(
  [path = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, look, print } = await openRegistryCommand(options, context);
  // Throws NotFoundError with similar names.
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
    const columns: readonly Column[] = [
      { title: "Version", align: "right" },
      { title: "Created (UTC)", leaves: 2 },
      { title: "Name", least: 8, leaves: 4, isKey: true },
      { title: "Score", align: "right" },
      { title: "Gain", leaves: 5 },
      { title: "Environments", least: 10, leaves: 3 },
      { title: "Description", least: 12, leaves: 1, shorten: shortened },
    ];
    const moves = output.deployments.map(
      ({ at, environment, from, to, note }) =>
        `${at.replace("T", " ").slice(0, 16)}  ${environment}: ${from ?? "nothing"} → ${to ?? "nothing"}${note === null ? "" : `  (${note})`}`,
    );
    const deployed = wrapText(["deployments", ...moves].join("\n"), look.columns);
    return `${full}\n${renderTable(columns, versionRows, look)}\n${deployed}\n`;
  });
  return exitDone;
}

export async function registryShowCommand(
  [reference = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, print } = await openRegistryCommand(options, context);
  const version = await registry.get(reference, { defaultSelector: "latest" });
  if (options["raw"] === true) {
    context.stdout.write(`${renderTemplateText(version.template)}\n`);
    return exitDone;
  }
  const output = showOutput(version);
  print(output, () => {
    const { template: _template, path: _path, ...known } = output;
    const facts = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null));
    return `${version.path} version ${version.version}\n\n${stringify(facts)}\n${renderTemplateText(version.template)}\n`;
  });
  return exitDone;
}

/** Renders a template as text, with roles of a chat template as tags. */
export function renderTemplateText(template: Template): string {
  if (typeof template === "string") return template.trimEnd();
  const rest = template.map(({ parts, name, toolCalls, toolCallId }) => ({
    parts,
    name,
    toolCalls,
    toolCallId,
  }));
  const isPlain = rest.every((one) => Object.values(one).every((value) => value === undefined));
  if (!isPlain) return JSON.stringify(templateToJson(template), null, 2);
  return template.map(({ role, content }) => `<${role}>\n${content}\n</${role}>`).join("\n\n");
}

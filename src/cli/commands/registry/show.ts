import { stringify } from "yaml";
import type { Template } from "../../../core/prompt/prompt.ts";
import { templateToJson } from "../../../core/prompt/template-json.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { openRegistryCommand } from "./open.ts";
import { showOutput } from "./output.ts";

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

/** A template as text: a chat template with its roles as tags. */
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

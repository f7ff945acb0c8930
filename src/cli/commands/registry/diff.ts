import { Chalk } from "chalk";
import type { z } from "zod";
import { canonicalJson } from "../../../core/data/digest.ts";
import { diffWords } from "../../../core/text/text-diff.ts";
import type { CliContext } from "../../context.ts";
import { exitDone } from "../../exit-codes.ts";
import { renderTemplateText } from "./history.ts";
import { openRegistryCommand } from "./open.ts";
import { type registryDiffOutputSchema, showOutput } from "./output.ts";

export async function diffCommand(
  [before = "", after = ""]: readonly string[],
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { registry, look, print } = await openRegistryCommand(options, context);
  const latest = { defaultSelector: "latest" } as const;
  const [one, other] = await Promise.all([registry.get(before, latest), registry.get(after, latest)]);
  const [was, is] = [showOutput(one).model, showOutput(other).model];
  const output: z.infer<typeof registryDiffOutputSchema> = {
    before: one.uri,
    after: other.uri,
    template: diffWords(renderTemplateText(one.template), renderTemplateText(other.template)).map(
      ({ kind, text }) => ({
        kind,
        text,
      }),
    ),
    model: [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .filter((key) => canonicalJson(was[key] ?? null) !== canonicalJson(is[key] ?? null))
      .map((key) => ({ key, before: was[key] ?? null, after: is[key] ?? null })),
  };
  print(output, () => {
    const color = new Chalk({ level: look.hasColor ? 1 : 0 });
    const removed = (text: string) => (look.hasColor ? color.red.strikethrough(text) : `[-${text}-]`);
    const added = (text: string) => (look.hasColor ? color.green(text) : `{+${text}+}`);
    const words = output.template
      .map(({ kind, text }) => (kind === "same" ? text : kind === "added" ? added(text) : removed(text)))
      .join("");
    const settings = output.model.map(
      ({ key, before: old, after: now }) =>
        `${key}: ${removed(JSON.stringify(old))} ${added(JSON.stringify(now))}`,
    );
    return [
      `${output.before} → ${output.after}`,
      "",
      ...settings,
      ...(settings.length > 0 ? [""] : []),
      words,
      "",
    ].join("\n");
  });
  return exitDone;
}

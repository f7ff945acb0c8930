import { Document, type Scalar, visit } from "yaml";
import type { InferredTemplates } from "./infer-templates.ts";

/** Renders proposed prompts as part of a config, with their evidence in comments. */
export function proposalYaml({ templates, calls, unexplained }: InferredTemplates): string {
  const prompts = Object.fromEntries(
    templates.map(({ name, template }) => [
      name,
      {
        name,
        default_template: typeof template === "string" ? escaped(template) : template.map(escapedMessage),
      },
    ]),
  );
  const document = new Document({ prompts });
  document.commentBefore = [
    ` Proposed by \`dao-opt collect import --infer-template\` from ${calls} calls; ${unexplained} of them match no single template.`,
    " Review texts and variable names, copy correct prompts into a config, and import again with --config.",
  ].join("\n");
  visit(document, {
    Scalar(_, node: Scalar) {
      if (typeof node.value === "string" && node.value.includes("\n")) node.type = "BLOCK_LITERAL";
    },
    Pair(_, pair) {
      const key = pair.key as Scalar<string>;
      const found = templates.find(({ name }) => name === key.value);
      const isPrompt = found !== undefined && pair.value !== null && !("source" in (pair.value as object));
      if (isPrompt) key.commentBefore = commentOf(found);
    },
  });
  return document.toString({ lineWidth: 0 });
}

function commentOf({ calls, variables }: InferredTemplates["templates"][number]): string {
  const lines = variables.map(
    ({ name, distinct, examples }) =>
      ` {{${name}}}: ${distinct} different, such as ${JSON.stringify(examples[0] ?? "")}`,
  );
  return [` ${calls} calls`, ...lines].join("\n");
}

function escapedMessage({ role, content }: { readonly role: string; readonly content: string }) {
  return { role, content: escaped(content) };
}

/** `${env:NAME}` in a config is an environment variable; `$${env:NAME}` is the literal text. */
function escaped(text: string): string {
  return text.replace(/\$\{(?=env:|(?:var|param)\.)/g, (found) => `$${found}`);
}

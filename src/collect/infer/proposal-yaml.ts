import { Document, type Scalar, visit } from "yaml";
import type { InferredTemplates } from "./infer-templates.ts";

/** The proposed prompts as a part of a config, with what each was found in as comments. */
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
    ` Proposed by \`dao-opt collect import --infer-template\` from ${calls} calls, ${unexplained} of them not explained.`,
    " Review the words and the names of the variables, put what is right into a config, and import again with --config.",
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

/** In a config `${env:NAME}` is a variable of the environment; `$${env:NAME}` is the text. */
function escaped(text: string): string {
  return text.replace(/\$\{(?=env:|(?:var|param)\.)/g, (found) => `$${found}`);
}

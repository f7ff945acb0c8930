import { leftOut, modelKeys } from "./model-keys.ts";
import type { PromptFormat } from "./prompt-format.ts";
import { hasRoleHeadings, readRoleLines, startsWithRoleLine, wireMessages } from "./role-headings.ts";
import { jinjaLanguage, jinjaProblem } from "./text-language.ts";

const described = ["description", "tags", "path", "version_name", "version_description", "template_language"];

/** Text or Markdown with `system:` lines or `# System` headings. Front matter may name the model. */
export const roleTexts: PromptFormat = {
  name: "text with roles",
  recognizes: ({ file, body }) =>
    /\.(md|markdown|txt|text)$/i.test(file) && (startsWithRoleLine(body) || hasRoleHeadings(body)),
  read({ frontMatter, body, bodyLine, lineOf }) {
    const style = startsWithRoleLine(body) ? "colon" : "heading";
    const { messages, notes } = readRoleLines(body, bodyLine, style);
    const { model, provider, name, title, ...rest } = frontMatter;
    const own = Object.entries(rest).filter(([key]) => described.includes(key));
    const { keys, warnings } = modelKeys(
      Object.fromEntries(Object.entries(rest).filter(([key]) => !described.includes(key))),
      "",
    );
    const { template_language: given } = frontMatter;
    const isJinja = given === "jinja" || jinjaLanguage(messages.map(({ content }) => content)) === "jinja";
    const problems = isJinja
      ? messages.flatMap(({ content, line }) => jinjaProblem(content, line) ?? [])
      : [];
    return {
      keys: {
        ...keys,
        ...Object.fromEntries(own),
        ...(model === undefined ? {} : { model }),
        ...(provider === undefined ? {} : { provider }),
        ...(isJinja ? { template_language: "jinja" } : {}),
        template: wireMessages(messages),
      },
      ...(typeof name === "string" ? { name } : {}),
      warnings: [
        ...notes,
        ...warnings.map((note) => ({ line: 1, ...note })),
        ...(title === undefined ? [] : [{ line: lineOf("title") ?? 1, message: leftOut("", ["title"]) }]),
      ],
      problems,
    };
  },
};

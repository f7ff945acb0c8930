import type { JsonObject } from "../../core/data/json.ts";
import { ConfigError, type ConfigIssue } from "../../core/errors.ts";
import type { Template, TemplateLanguage } from "../../core/prompt/prompt.ts";
import { templateFromJson } from "../../core/prompt/template-json.ts";
import { nearNames } from "../../core/text/near-names.ts";
import { parseYaml, type YamlReading } from "../yaml/parse-yaml.ts";
import { type FrontMatter, frontMatterKeys, frontMatterSchema, splitPromptFile } from "./front-matter.ts";
import { parseHumanloopBody } from "./humanloop-tags.ts";
import { parseMessageTags, startsWithTag } from "./message-tags.ts";
import { configurationFromJson, type PartialConfiguration } from "./prompt-details.ts";

/** The contents of a `.prompt` file. Only the text is always present. */
export interface PromptFile {
  readonly template: Template;
  readonly templateLanguage: TemplateLanguage;
  readonly model: PartialConfiguration;
  readonly path?: string;
  readonly versionName?: string;
  readonly versionDescription?: string;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly readme?: string;
  /** Of a prompt of another tool: its name there. */
  readonly name?: string;
  /** Of a prompt of another tool: what was left out, as `file:line  message`. */
  readonly warnings?: readonly PromptWarning[];
}

/** What a prompt of another tool has and this one has not. */
export interface PromptWarning {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/**
 * Parses the text of a `.prompt` file: YAML front matter (model configuration) between `---` lines, then the
 * template, either plain or as `<system>`, `<user>` … messages. A file without front matter is only a template.
 * `file` names it in messages. Throws ConfigError with every mistake and its place.
 */
export function parsePromptFile(
  text: string,
  file: string,
  /** Accepts Humanloop's tags within messages: images, tool calls and results. */
  { hasHumanloopTags = false } = {},
): PromptFile {
  const parts = splitPromptFile(text);
  if (parts.isUnclosed) {
    const message = "the front matter that starts here is not closed";
    throw new ConfigError([{ file, line: 1, column: 1, path: "", message, hint: "end it with a line ---" }]);
  }
  const { values, issues } = readFrontMatter(parts.frontMatter ?? "", file, 1);
  const body = readBody(parts.body, values, hasHumanloopTags);
  for (const { line, message } of body.problems) {
    const hint = "put every text inside <system>, <user> or <assistant>, or start with plain text";
    issues.push({ file, line: parts.bodyLine + line - 1, column: 1, path: "", message, hint });
  }
  if (issues.length > 0) throw new ConfigError(issues, { subject: "the prompt" });
  return toPromptFile(values, body.template);
}

/** Parses the same keys from a YAML or JSON text, with the template under `template`. */
export function parsePromptKeys(text: string, file: string): PromptFile {
  const { values, issues } = readFrontMatter(text, file, 0);
  if (issues.length > 0) throw new ConfigError(issues, { subject: "the prompt" });
  return toPromptFile(values, given(values.template ?? ""));
}

/** Reads the same keys from a parsed value. */
export function promptFileFromKeys(value: unknown, file: string): PromptFile {
  const { values, issues } = checkKeys(value, file, () => undefined, 0);
  if (issues.length > 0) throw new ConfigError(issues, { subject: "the prompt" });
  return toPromptFile(values, given(values.template ?? ""));
}

function readFrontMatter(
  text: string,
  file: string,
  linesBefore: number,
): { values: FrontMatter; issues: ConfigIssue[] } {
  if (text.trim() === "") return { values: {}, issues: [] };
  const yaml = parseYaml(text);
  if (yaml.problems.length === 0) return checkKeys(yaml.value ?? {}, file, yaml.locate, linesBefore);
  const issues = yaml.problems.map(({ message, line, column }) => ({
    ...{ file, path: "", message },
    ...(line === undefined ? {} : { line: line + linesBefore, column }),
  }));
  return { values: {}, issues };
}

function checkKeys(
  value: unknown,
  file: string,
  locate: YamlReading["locate"],
  linesBefore: number,
): { values: FrontMatter; issues: ConfigIssue[] } {
  const checked = frontMatterSchema.safeParse(value);
  if (checked.success) return { values: checked.data, issues: [] };
  const issues = checked.error.issues.flatMap((issue) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    return keys.map((key): ConfigIssue => {
      const path = key === undefined ? issue.path : [...issue.path, key];
      const place = locate(path);
      const near = key === undefined || issue.path.length > 0 ? [] : nearNames(key, frontMatterKeys);
      return {
        file,
        ...(place === undefined ? {} : { line: place.line + linesBefore, column: place.column }),
        path: path.map(String).join("."),
        message: key === undefined ? issue.message : "unknown key",
        ...(near.length === 0 ? {} : { hint: `did you mean ${near[0]}?` }),
      };
    });
  });
  return { values: {}, issues };
}

function readBody(body: string, values: FrontMatter, isHumanloop: boolean) {
  if (values.template !== undefined && values.template !== null) {
    const message = "the template is set twice: under the key template, and below the front matter";
    return { template: given(values.template), problems: body.trim() === "" ? [] : [{ line: 1, message }] };
  }
  if (values.endpoint === "complete" || !startsWithTag(body)) return { template: body, problems: [] };
  if (isHumanloop) {
    const { template, problems } = parseHumanloopBody(body);
    return { template: typeof template === "string" ? template : templateFromJson(template), problems };
  }
  const { messages, problems } = parseMessageTags(body);
  return { template: messages, problems };
}

function given(template: NonNullable<FrontMatter["template"]>): Template {
  return templateFromJson(template as string | readonly JsonObject[]);
}

function toPromptFile(values: FrontMatter, template: Template): PromptFile {
  const described = {
    path: values.path,
    versionName: values.version_name,
    versionDescription: values.version_description,
    description: values.description,
    tags: values.tags,
    readme: values.readme,
  };
  const known = Object.entries(described).filter(([, value]) => value !== undefined && value !== null);
  return Object.freeze({
    template,
    templateLanguage: values.template_language ?? "default",
    model: configurationFromJson(values),
    ...(Object.fromEntries(known) as Partial<PromptFile>),
  });
}

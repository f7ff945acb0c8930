import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { imageParts } from "./markdown-images.ts";
import { leftOut, modelKeys, schemaFormat } from "./model-keys.ts";
import type { PromptFormat, PromptNote, PromptSource } from "./prompt-format.ts";
import { propertiesSchema, propertyList } from "./prompty-properties.ts";
import { readRoleLines, startsWithRoleLine } from "./role-headings.ts";
import { jinjaLanguage, jinjaProblem } from "./text-language.ts";

const ownKeys = ["inputs", "inputSchema", "sample", "authors", "outputs", "outputSchema", "configuration"];
const read = [
  ...["name", "description", "tags", "metadata", "model", "inputs", "inputSchema", "sample", "outputs"],
  ...["outputSchema", "tools", "template", "version", "authors", "displayName", "$schema"],
];

/** Microsoft's Prompty, versions 1 and 2: front matter and `system:`, `user:` lines with jinja. */
export const prompty: PromptFormat = {
  name: "Prompty",
  recognizes: ({ file, frontMatter, body }) =>
    /\.prompty$/i.test(file) ||
    (startsWithRoleLine(body) &&
      (isJsonObject(frontMatter["model"]) || ownKeys.some((key) => key in frontMatter))),
  read(source) {
    const { frontMatter, body, bodyLine } = source;
    const warnings: PromptNote[] = [];
    const problems: PromptNote[] = [];
    const { keys, warnings: ofModel } = readModel(frontMatter["model"]);
    warnings.push(...ofModel.map((note) => at(source, "model", note)));
    const { messages, notes } = readRoleLines(body, bodyLine, "colon");
    warnings.push(...notes);
    const language = languageOf(frontMatter["template"]);
    if (language !== "jinja2" && language !== "mustache" && language !== "prompty")
      problems.push(
        at(source, "template", {
          message: `the template format ${language} is not supported`,
          hint: "Prompty's formats jinja2 and mustache are",
        }),
      );
    const threads = propertyList(frontMatter["inputs"] ?? frontMatter["inputSchema"])
      .filter(({ kind }) => kind === "thread")
      .map(({ name }) => name);
    const template = messages.flatMap(({ role, content }) => splitThreads(role, content, threads));
    const texts = template.flatMap(({ role, content }) => (role === "chat_history" ? [] : [content]));
    const isJinja = jinjaLanguage(texts) === "jinja";
    for (const { content, line } of messages) {
      if (language === "mustache") problems.push(...mustacheProblems(content, line));
      else if (isJinja) problems.push(...[jinjaProblem(content, line)].filter((one) => one !== undefined));
    }
    warnings.push(...unread(source));
    const outputs = propertyList(frontMatter["outputs"] ?? frontMatter["outputSchema"]);
    const name = textOf(frontMatter["name"]);
    const tags = tagsOf(frontMatter["tags"] ?? objectOf(frontMatter["metadata"])["tags"]);
    return {
      keys: {
        ...keys,
        ...(tools(frontMatter["tools"]) ?? {}),
        ...(outputs.length === 0 || "response_format" in keys
          ? {}
          : { response_format: schemaFormat(name ?? "output", propertiesSchema(outputs)) }),
        ...(frontMatter["description"] === undefined ? {} : { description: frontMatter["description"] }),
        ...(tags === undefined ? {} : { tags }),
        ...(isJinja && language !== "mustache" ? { template_language: "jinja" } : {}),
        template: template.map(({ role, content }) => ({
          role,
          content: role === "user" ? imageParts(content) : content,
        })),
      },
      ...(name === undefined ? {} : { name }),
      warnings,
      problems,
    };
  },
};

function at({ lineOf }: PromptSource, key: string, note: PromptNote): PromptNote {
  const line = note.line ?? lineOf(key);
  return line === undefined ? note : { ...note, line };
}

/** Version 1: `{api, configuration, parameters}`; version 2: `{id, provider, apiType, options}`, or a name. */
function readModel(model: JsonValue | undefined): {
  readonly keys: JsonObject;
  readonly warnings: readonly PromptNote[];
} {
  if (typeof model === "string") return { keys: { model }, warnings: [] };
  const given = objectOf(model);
  const configuration = objectOf(given["configuration"]);
  const options = { ...objectOf(given["options"]) };
  const { additionalProperties: more, ...ownOptions } = options;
  const { keys, warnings } = modelKeys(
    { ...objectOf(given["parameters"]), ...ownOptions, ...objectOf(more) },
    "model",
    ["stream", "kind"],
  );
  const provider = textOf(given["provider"] ?? configuration["type"]);
  const name = [
    given["id"],
    configuration["azure_deployment"],
    configuration["name"],
    configuration["model"],
  ];
  const api = textOf(given["apiType"] ?? given["api"]);
  const lost = [...(given["connection"] === undefined ? [] : ["connection"])];
  const hidden = Object.keys(configuration).filter(
    (key) => !/^(type|azure_deployment|name|model)$/.test(key),
  );
  if (hidden.length > 0) lost.push("configuration");
  const found = name.find((one) => typeof one === "string" && one !== "");
  return {
    keys: {
      ...keys,
      ...(found === undefined ? {} : { model: found }),
      ...(provider === undefined ? {} : { provider: providers[provider] ?? provider }),
      ...(api === "completion" ? { endpoint: "complete" } : {}),
    },
    warnings: [
      ...warnings,
      ...(lost.length === 0
        ? []
        : [
            {
              message: `${leftOut("model", lost)}; endpoints and keys come from the environment or a config`,
            },
          ]),
    ],
  };
}

const providers: Readonly<Record<string, string>> = {
  azure_openai: "azure",
  azure_openai_beta: "azure",
  azure: "azure",
  openai: "openai",
  foundry: "azure",
};

function languageOf(template: JsonValue | undefined): string {
  const format = isJsonObject(template) ? (template["format"] ?? template["type"]) : template;
  const kind = isJsonObject(format) ? format["kind"] : format;
  return textOf(kind) ?? "jinja2";
}

/** Mustache inserts by name; sections have no counterpart. */
function mustacheProblems(text: string, line: number): readonly PromptNote[] {
  const found = /\{\{\s*[#^/>&!=]/.exec(text);
  if (found === null) return [];
  const before = text.slice(0, found.index).split("\n").length - 1;
  const close = text.indexOf("}}", found.index);
  const shown = text.slice(found.index, close === -1 ? found.index + 20 : close + 2);
  return [
    {
      line: line + before,
      message: `the Mustache tag ${shown} is not supported`,
      hint: "write the template with jinja2: {% if x %} … {% endif %}",
    },
  ];
}

/** A line with the name of a thread stands for its messages. */
function splitThreads(role: string, content: string, threads: readonly string[]) {
  const pieces: { readonly role: string; readonly content: string }[] = [];
  let lines: string[] = [];
  const end = () => {
    const text = lines.join("\n").trim();
    if (text !== "") pieces.push({ role, content: text });
    lines = [];
  };
  for (const line of content.split("\n")) {
    const name = /^\s*\{\{\s*(\w+)\s*\}\}\s*$/.exec(line)?.[1];
    if (name === undefined || !threads.includes(name)) lines.push(line);
    else {
      end();
      pieces.push({ role: "chat_history", content: `{{${name}}}` });
    }
  }
  if (pieces.length === 0) return [{ role, content }];
  end();
  return pieces;
}

function unread(source: PromptSource): readonly PromptNote[] {
  const { frontMatter } = source;
  const notes: PromptNote[] = Object.keys(frontMatter)
    .filter((key) => !read.includes(key))
    .map((key) => at(source, key, { message: leftOut("", [key]) }));
  const samples = propertyList(frontMatter["inputs"] ?? frontMatter["inputSchema"]).filter(
    ({ hasValue }) => hasValue,
  );
  const key = ["sample", "inputs", "inputSchema"].find((one) => one in frontMatter);
  if (key !== undefined && (key === "sample" || samples.length > 0))
    notes.push(
      at(source, key, { message: "samples and defaults of inputs are left out; rows give the values" }),
    );
  return notes;
}

/** Function tools in OpenAI's form, from `{name, kind: function, parameters: […]}`. */
function tools(value: JsonValue | undefined): JsonObject | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const list = (value as readonly JsonValue[]).filter(isJsonObject).map((tool): JsonObject => {
    if (isJsonObject(tool["function"]) || tool["kind"] !== "function") return tool;
    const { name = "", description } = tool;
    const properties = propertyList(tool["parameters"]);
    return {
      type: "function",
      function: {
        name,
        ...(description === undefined ? {} : { description }),
        parameters: propertiesSchema(properties),
      },
    };
  });
  return { tools: list };
}

function tagsOf(value: JsonValue | undefined): JsonValue | undefined {
  return Array.isArray(value) && value.every((tag) => typeof tag === "string") ? value : undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { fromFormatString } from "./f-string.ts";
import { leftOut, modelKeys, schemaFormat } from "./model-keys.ts";
import type { ForeignReading, PromptFormat, PromptNote } from "./prompt-format.ts";
import { jinjaProblem } from "./text-language.ts";

/** LangChain's serialized prompts, as its hub stores them: `{lc: 1, type: "constructor", id: […], kwargs}`. */
export const langchainPrompt: PromptFormat = {
  name: "LangChain hub",
  recognizes: ({ json }) => {
    const name = className(manifestOf(json));
    return name !== undefined && /(Prompt|PromptTemplate|RunnableSequence)$/.test(name);
  },
  read: ({ json }) => readManifest(manifestOf(json)),
};

/** The hub's API wraps the prompt as `manifest`, with its owner and commit. */
function manifestOf(json: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(json)) return undefined;
  const commit = isJsonObject(json["commit"]) ? json["commit"] : json;
  return isJsonObject(commit["manifest"]) ? commit["manifest"] : json;
}

function className(value: JsonValue | undefined): string | undefined {
  if (!isJsonObject(value) || value["lc"] === undefined || !Array.isArray(value["id"])) return undefined;
  const name = (value["id"] as readonly JsonValue[]).at(-1);
  return typeof name === "string" ? name : undefined;
}

function kwargsOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) && isJsonObject(value["kwargs"]) ? value["kwargs"] : {};
}

function readManifest(value: JsonValue | undefined): ForeignReading {
  const name = className(value);
  const kwargs = kwargsOf(value);
  if (name === "RunnableSequence") {
    const last = kwargsOf(kwargs["last"]);
    const bound = kwargsOf(last["bound"]);
    const settings = {
      ...kwargsOf({ kwargs: bound }),
      ...kwargsOf({ kwargs: last["kwargs"] ?? {} }),
      ...bound,
    };
    const own = Object.keys(bound).length === 0 ? last : settings;
    const prompt = readManifest(kwargs["first"]);
    const { model, model_name: modelName, openai_api_key: _, ...rest } = own;
    const { keys, warnings } = modelKeys(rest, "model", ["metadata", "first", "last", "streaming", "n"]);
    const chosen = modelName ?? model;
    return {
      ...prompt,
      keys: { ...keys, ...(chosen === undefined ? {} : { model: chosen }), ...prompt.keys },
      warnings: [...prompt.warnings, ...warnings],
    };
  }
  const problems: PromptNote[] = [];
  const warnings: PromptNote[] = [];
  const languages = new Set<string>();
  const partial = isJsonObject(kwargs["partial_variables"]) ? Object.keys(kwargs["partial_variables"]) : [];
  if (partial.length > 0)
    warnings.push({ message: `${leftOut("partial_variables", partial)}; give them as inputs` });
  const text = (prompt: JsonValue | undefined) => templateText(prompt, problems, languages);
  const messages = kwargs["messages"];
  const template: JsonValue = Array.isArray(messages)
    ? (messages as readonly JsonValue[]).flatMap((message) => readMessage(message, text, problems))
    : text(value);
  const isJinja = languages.has("jinja2");
  if (isJinja && languages.size > 1)
    problems.push({
      message: "the messages mix template formats",
      hint: "save the prompt with one template format",
    });
  const schema = kwargs["schema_"] ?? kwargs["schema"];
  return {
    keys: {
      ...(isJsonObject(schema)
        ? { response_format: schemaFormat(String(schema["title"] ?? "output"), schema) }
        : {}),
      ...(isJinja ? { template_language: "jinja" } : {}),
      template,
    },
    warnings,
    problems,
  };
}

const roles: Readonly<Record<string, string>> = {
  SystemMessage: "system",
  HumanMessage: "user",
  AIMessage: "assistant",
  ToolMessage: "tool",
};

function readMessage(
  message: JsonValue,
  text: (prompt: JsonValue | undefined) => string,
  problems: PromptNote[],
): readonly JsonObject[] {
  const name = className(message) ?? "";
  const kwargs = kwargsOf(message);
  if (name === "MessagesPlaceholder") {
    const variable = kwargs["variable_name"];
    return [{ role: "chat_history", content: `{{${typeof variable === "string" ? variable : "history"}}}` }];
  }
  const role = roles[name.replace(/PromptTemplate$/, "")] ?? kwargs["role"];
  if (typeof role !== "string") {
    problems.push({
      message: `a message of the kind ${name === "" ? "unknown" : name} is not supported`,
      hint: "use system, human and ai messages, and message placeholders",
    });
    return [];
  }
  if (!name.endsWith("PromptTemplate")) return [{ role, content: kwargs["content"] ?? "" }];
  const prompt = kwargs["prompt"];
  if (!Array.isArray(prompt)) return [{ role, content: text(prompt) }];
  return [{ role, content: (prompt as readonly JsonValue[]).flatMap((part) => partOf(part, text)) }];
}

/** A text, or an image whose URL is a template. */
function partOf(part: JsonValue, text: (prompt: JsonValue | undefined) => string): readonly JsonObject[] {
  if (className(part) !== "ImagePromptTemplate") return [{ type: "text", text: text(part) }];
  const template = kwargsOf(part)["template"];
  const url = isJsonObject(template) ? template["url"] : template;
  if (typeof url !== "string") return [];
  const shaped = { lc: 1, id: ["PromptTemplate"], kwargs: { ...kwargsOf(part), template: url } };
  return [{ type: "image_url", image_url: { url: text(shaped) } }];
}

function templateText(prompt: JsonValue | undefined, problems: PromptNote[], languages: Set<string>): string {
  const { template, template_format: format = "f-string" } = kwargsOf(prompt);
  if (typeof template !== "string") {
    problems.push({
      message: "a message has no template text",
      hint: "export the prompt again; its `template` must be a text",
    });
    return "";
  }
  languages.add(String(format));
  if (format === "jinja2") {
    const problem = jinjaProblem(template, 1);
    if (problem !== undefined)
      problems.push({ message: problem.message, ...(problem.hint ? { hint: problem.hint } : {}) });
    return template;
  }
  if (format === "mustache") {
    const found = /\{\{\s*[#^/>&][^}]{0,500}\}\}/.exec(template);
    if (found !== null)
      problems.push({
        message: `the Mustache tag ${found[0]} is not supported`,
        hint: "write the template with jinja2: {% if x %} … {% endif %}",
      });
    return template.replace(/\{\{\{\s*(\w+)\s*\}\}\}/g, "{{$1}}");
  }
  const converted = fromFormatString(template);
  problems.push(...converted.problems);
  return converted.text;
}

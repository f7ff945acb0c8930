import { isJsonObject, type JsonObject, type JsonValue, parsedJson } from "../../core/data/json.ts";
import { defined } from "../../core/defined.ts";
import { UsageError } from "../../core/errors.ts";
import { MlflowError } from "../mlflow-error.ts";
import { memberText, objectsOf } from "../read-pages.ts";
import {
  checkMlflowAlias,
  mlflowPromptName,
  pathOfMlflowPrompt,
  pathTag,
  ucTagKey,
  versionIdTag,
} from "./prompt-name.ts";

/** What is to be pushed. */
export interface PromptPush {
  /** Of the registry: `main/default/x`. */
  readonly path: string;
  /** `prv_…`: a version with this id is not pushed a second time. */
  readonly versionId: string;
  /** A text, or messages under the wire's keys (`role`, `content`). */
  readonly template: string | readonly JsonObject[];
  readonly templateLanguage?: "default" | "jinja";
  /** Under MLflow's keys. */
  readonly modelConfig?: JsonObject | undefined;
  readonly responseFormat?: JsonObject | undefined;
  /** The commit message. */
  readonly description?: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly alias?: string | undefined;
}

export interface PushedPrompt {
  readonly name: string;
  /** The number in MLflow, which need not be the registry's. */
  readonly version: number;
  /** `prompts:/main.default.x/2`, which `mlflow.genai.load_prompt` loads. */
  readonly uri: string;
  /** False when it had been pushed before. */
  readonly isNew: boolean;
}

/** A version as MLflow holds it. */
export interface MlflowPromptVersion {
  readonly name: string;
  /** In the registry. */
  readonly path: string;
  readonly version: number;
  /** With the number of MLflow: `prompts:/main.default.x/2`. */
  readonly uri: string;
  readonly template: string | readonly JsonObject[];
  readonly templateLanguage: "default" | "jinja";
  readonly modelConfig?: JsonObject;
  readonly responseFormat?: JsonObject;
  readonly description?: string;
  /** Without those of MLflow itself. */
  readonly tags: Readonly<Record<string, string>>;
  readonly aliases: readonly string[];
  /** `prv_…` of a version that was pushed from a registry. */
  readonly versionId?: string;
  /** ISO 8601, UTC. */
  readonly createdAt?: string;
}

export const isPromptTag = "mlflow.prompt.is_prompt";
const textTag = "mlflow.prompt.text";
const typeTag = "_mlflow_prompt_type";
const modelConfigTag = "_mlflow_prompt_model_config";
const responseFormatTag = "_mlflow_prompt_response_format";
const languageTag = "dao_opt.template_language";
const ownTag = /^(?:_?mlflow[._])/;
const longestValue = 100_000;
const longestKey = 250;

/** UsageError for what MLflow would refuse, so that nothing is pushed by halves. The name in MLflow otherwise. */
export function checkPromptPush(push: PromptPush): string {
  const name = mlflowPromptName(push.path);
  if (push.alias !== undefined) checkMlflowAlias(push.alias);
  for (const [key, value] of Object.entries(versionTags(push))) {
    const length = value.length > longestValue ? [...value].length : value.length;
    if (length > longestValue) {
      const what = key === textTag ? "the template" : `the tag ${key}`;
      throw new UsageError(
        `${what} of ${push.path} has ${length.toLocaleString("en")} characters, and MLflow takes 100,000`,
        {
          hint: key === textTag ? "shorten the prompt, for example its examples" : "shorten the tag's value",
        },
      );
    }
    if (key.length > longestKey) {
      throw new UsageError(
        `a tag of ${push.path} has a key over ${longestKey} characters: ${key.slice(0, 40)}…`,
      );
    }
  }
  return name;
}

/** Tags of a version: MLflow keeps the whole prompt in them. */
export function versionTags(push: PromptPush): Readonly<Record<string, string>> {
  const { template, templateLanguage, modelConfig, responseFormat, tags = {} } = push;
  return {
    ...tags,
    ...(templateLanguage === "jinja" ? { [languageTag]: "jinja" } : {}),
    [pathTag]: push.path,
    [versionIdTag]: push.versionId,
    [isPromptTag]: "true",
    [typeTag]: typeof template === "string" ? "text" : "chat",
    [textTag]: typeof template === "string" ? template : JSON.stringify(template.map(withContent)),
    ...(modelConfig === undefined ? {} : { [modelConfigTag]: JSON.stringify(modelConfig) }),
    ...(responseFormat === undefined ? {} : { [responseFormatTag]: JSON.stringify(responseFormat) }),
  };
}

/** MLflow's client looks into each content, and fails on null. */
function withContent(message: JsonObject): JsonObject {
  return message["content"] === null || message["content"] === undefined
    ? { ...message, content: "" }
    : message;
}

/** Tags of Unity Catalog: no dots, and the text has a field of its own. */
export function ucVersionTags(push: PromptPush): Readonly<Record<string, string>> {
  const { [textTag]: _text, [isPromptTag]: _isPrompt, ...others } = versionTags(push);
  return Object.fromEntries(Object.entries(others).map(([key, value]) => [ucTagKey(key), value]));
}

export interface VersionParts {
  readonly name: string;
  readonly version: JsonValue | undefined;
  /** Absent: the tag of the text. */
  readonly text?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly description?: JsonValue | undefined;
  readonly aliases?: JsonValue | undefined;
  readonly createdMs?: JsonValue | undefined;
}

export function decodePromptVersion(parts: VersionParts): MlflowPromptVersion {
  const { name, tags, aliases } = parts;
  const version = Number(parts.version);
  const uri = `prompts:/${name}/${version}`;
  const text = parts.text ?? tags[textTag];
  if (text === undefined) {
    throw new MlflowError(`${uri} has no text`, { kind: "unreadable", hint: "register it anew in MLflow" });
  }
  const createdMs = Number(parts.createdMs);
  const hidden = [pathTag, versionIdTag, languageTag].flatMap((key) => [key, ucTagKey(key)]);
  return {
    name,
    path: pathOfMlflowPrompt(name, tags),
    version,
    uri,
    template: templateOf(text, tags[typeTag]),
    templateLanguage: languageOf(text, tags),
    tags: Object.fromEntries(
      Object.entries(tags).filter(([key]) => !ownTag.test(key) && !hidden.includes(key)),
    ),
    aliases: Array.isArray(aliases)
      ? (aliases as readonly JsonValue[]).flatMap((one) =>
          typeof one === "string" ? [one] : isJsonObject(one) ? (memberText(one["alias"]) ?? []) : [],
        )
      : [],
    ...defined({
      modelConfig: objectIn(tags[modelConfigTag]),
      responseFormat: objectIn(tags[responseFormatTag]),
      description: memberText(parts.description),
      versionId: tags[versionIdTag] ?? tags[ucTagKey(versionIdTag)],
      createdAt: createdMs > 0 ? new Date(createdMs).toISOString() : undefined,
    }),
  };
}

/** Older versions have no type: a list of messages is detected by its shape. */
function templateOf(text: string, type: string | undefined): string | readonly JsonObject[] {
  if (type === "text" || !/^\s*\[/.test(text)) return text;
  const parsed = parsedJson(text);
  const messages = objectsOf(parsed);
  const isChat = messages.length > 0 && messages.every((message) => typeof message["role"] === "string");
  return isChat ? messages : text;
}

/** MLflow also detects Jinja by its statements. */
function languageOf(text: string, tags: Readonly<Record<string, string>>): "default" | "jinja" {
  const tagged = tags[languageTag] ?? tags[ucTagKey(languageTag)];
  return tagged === "jinja" || /\{%.*?%\}/s.test(text) ? "jinja" : "default";
}

function objectIn(text: string | undefined): JsonObject | undefined {
  const parsed = text === undefined ? undefined : parsedJson(text);
  return isJsonObject(parsed) ? parsed : undefined;
}

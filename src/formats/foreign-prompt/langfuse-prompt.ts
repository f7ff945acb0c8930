import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { modelKeys } from "./model-keys.ts";
import type { PromptFormat, PromptNote } from "./prompt-format.ts";

/** Langfuse's prompts (`GET /api/public/v2/prompts/{name}`, downloads): text or chat, with placeholders. */
export const langfusePrompt: PromptFormat = {
  name: "Langfuse prompt",
  recognizes: ({ json }) =>
    isJsonObject(json) &&
    typeof json["name"] === "string" &&
    (typeof json["prompt"] === "string" || isChat(json["prompt"])) &&
    (json["type"] === "text" ||
      json["type"] === "chat" ||
      Array.isArray(json["labels"]) ||
      typeof json["version"] === "number"),
  read({ json }) {
    const given = isJsonObject(json) ? json : {};
    const { name, prompt, config, tags, commitMessage } = given;
    const settings = isJsonObject(config) ? config : {};
    const { model, model_name: modelName, modelName: camelName, provider, ...rest } = settings;
    const { keys, warnings } = modelKeys(rest, "config");
    const chosen = model ?? modelName ?? camelName;
    const problems: PromptNote[] = [];
    const template: JsonValue =
      typeof prompt === "string"
        ? prompt
        : (Array.isArray(prompt) ? (prompt as readonly JsonValue[]) : []).map((message) =>
            readMessage(message, problems),
          );
    const references = JSON.stringify(prompt ?? "").match(/@@@langfusePrompt:[^@]*@@@/);
    if (references !== null)
      problems.push({
        message: `${references[0]} refers to another prompt`,
        hint: "fetch the prompt resolved: the API does so by default",
      });
    return {
      keys: {
        ...keys,
        ...(chosen === undefined ? {} : { model: chosen }),
        ...(provider === undefined ? {} : { provider }),
        ...(Array.isArray(tags) && tags.length > 0 ? { tags } : {}),
        ...(commitMessage == null ? {} : { version_description: commitMessage }),
        template,
      },
      ...(typeof name === "string" ? { name } : {}),
      warnings: [...warnings, ...labelWarnings(given)],
      problems,
    };
  },
};

function isChat(prompt: JsonValue | undefined): boolean {
  return (
    Array.isArray(prompt) &&
    prompt.length > 0 &&
    (prompt as readonly JsonValue[]).every(
      (message) =>
        isJsonObject(message) && (typeof message["role"] === "string" || message["type"] === "placeholder"),
    )
  );
}

function readMessage(message: JsonValue, problems: PromptNote[]): JsonObject {
  const { role, content, type, name } = isJsonObject(message) ? message : {};
  if (type === "placeholder") {
    if (typeof name === "string" && /^[A-Za-z_]\w*$/.test(name))
      return { role: "chat_history", content: `{{${name}}}` };
    problems.push({
      message: `the placeholder ${JSON.stringify(name ?? null)} is no name of a variable`,
      hint: "use letters, digits and _",
    });
  }
  return { role: role ?? "user", content: content ?? "" };
}

function labelWarnings({ labels }: JsonObject): readonly PromptNote[] {
  const names = Array.isArray(labels)
    ? (labels as readonly JsonValue[]).filter((label) => label !== "latest")
    : [];
  if (names.length === 0) return [];
  return [
    {
      message: `the labels ${names.map(String).join(", ")} are left out`,
      hint: "deploy the version with: dao-opt registry deploy",
    },
  ];
}

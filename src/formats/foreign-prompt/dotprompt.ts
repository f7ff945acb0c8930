import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { frontMatterKeys } from "../prompt-file/front-matter.ts";
import { startsWithTag } from "../prompt-file/message-tags.ts";
import { createHandlebarsConverter, handlebarsPieces, jinjaLiteral } from "./handlebars.ts";
import { leftOut, modelKeys, schemaFormat } from "./model-keys.ts";
import { picoschema } from "./picoschema.ts";
import type { PromptFormat, PromptNote, PromptSource } from "./prompt-format.ts";

/** Tags that no other format has. */
const roleTag = /\{\{~?\s*role\s+["']|^<<<dotprompt:/m;
/** Tags of Handlebars. In a text that is not a `.prompt` file they may be anything's. */
const handlebarsTag = /\{\{~?\s*(?:media\s+url|section\s+["']|>\s*\w|#(?:if|unless|each|ifEquals)\b)/;
const ownKeys = ["input", "output", "config", "variant", "toolDefs", "ext"];
const known = /^(model|name|description|config|input|output|tools|toolDefs|variant|version|metadata)$/;

/** Google's dotprompt (Genkit): Picoschema in the front matter, Handlebars with `{{role "…"}}` below. */
export const dotprompt: PromptFormat = {
  name: "dotprompt",
  recognizes({ file, frontMatter, body, hasFrontMatter }) {
    if (/\.dotprompt$/i.test(file)) return true;
    if (/\.(json|ya?ml)$/i.test(file) || startsWithTag(body)) return false;
    if (roleTag.test(body)) return true;
    if (!/\.prompt$/i.test(file) || frontMatter["template_language"] === "jinja") return false;
    const hasKeys = ownKeys.some((key) => isJsonObject(frontMatter[key])) && !("template" in frontMatter);
    return handlebarsTag.test(body) || (hasFrontMatter && hasKeys);
  },
  read(source) {
    const { frontMatter } = source;
    const { keys: model, warnings: ofModel } = readModel(frontMatter);
    const { template, needsJinja, warnings, problems } = readBody(source);
    const output = isJsonObject(frontMatter["output"]) ? frontMatter["output"] : {};
    const { name } = frontMatter;
    return {
      keys: {
        ...ownSettings(frontMatter),
        ...model,
        ...responseFormat(output, typeof name === "string" ? name : "output"),
        ...(frontMatter["description"] === undefined ? {} : { description: frontMatter["description"] }),
        ...toolsOf(frontMatter["toolDefs"]),
        ...(needsJinja ? { template_language: "jinja" } : {}),
        template,
      },
      ...(typeof name === "string" ? { name } : {}),
      warnings: [...ofModel.map((note) => placed(source, "config", note)), ...unread(source), ...warnings],
      problems,
    };
  },
};

/** Keys of a `.prompt` file of ours or Humanloop's. */
function ownSettings(frontMatter: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(frontMatter).filter(([key]) => isOwn(key)));
}

function isOwn(key: string): boolean {
  return frontMatterKeys.includes(key) && !known.test(key) && key !== "template";
}

const providers: Readonly<Record<string, string>> = {
  googleai: "google",
  "google-genai": "google",
  vertexai: "vertex",
  openai: "openai",
  anthropic: "anthropic",
  ollama: "ollama",
};

/** `googleai/gemini-2.5-flash` is a provider and a model; other names are kept whole. */
function readModel(frontMatter: JsonObject) {
  const { model, config } = frontMatter;
  const [, plugin = "", name] = /^([\w-]+)\/(.+)$/.exec(typeof model === "string" ? model : "") ?? [];
  const provider = Object.hasOwn(providers, plugin) ? providers[plugin] : undefined;
  const { keys, warnings } = modelKeys(isJsonObject(config) ? config : {}, "config");
  return {
    keys: {
      ...keys,
      ...(model === undefined ? {} : { model: provider === undefined ? model : (name ?? model) }),
      ...(provider === undefined ? {} : { provider }),
    },
    warnings,
  };
}

function responseFormat(output: JsonObject, name: string): JsonObject {
  const schema = picoschema(output["schema"]);
  if (schema !== undefined) return { response_format: schemaFormat(name, schema) };
  return output["format"] === "json" ? { response_format: { type: "json_object" } } : {};
}

function toolsOf(value: JsonValue | undefined): JsonObject {
  if (!Array.isArray(value) || value.length === 0) return {};
  const tools = (value as readonly JsonValue[])
    .filter(isJsonObject)
    .map(({ name = "", description, inputSchema }) => ({
      type: "function",
      function: {
        name,
        ...(description === undefined ? {} : { description }),
        parameters: picoschema(inputSchema) ?? { type: "object", properties: {} },
      },
    }));
  return { tools };
}

function unread(source: PromptSource): readonly PromptNote[] {
  const { frontMatter } = source;
  const input = isJsonObject(frontMatter["input"]) ? frontMatter["input"] : {};
  const output = isJsonObject(frontMatter["output"]) ? frontMatter["output"] : {};
  const notes: PromptNote[] = Object.keys(frontMatter)
    .filter((key) => !known.test(key) && !isOwn(key))
    .map((key) => placed(source, key, { message: leftOut("", [key]) }));
  if (Array.isArray(frontMatter["tools"]) && frontMatter["tools"].length > 0)
    notes.push(
      placed(source, "tools", {
        message: "the tools are left out: only their names are here; add their schemas with `tools`",
      }),
    );
  if (input["default"] !== undefined)
    notes.push(placed(source, "input", { message: "defaults of inputs are left out; rows give the values" }));
  if (output["schema"] !== undefined && picoschema(output["schema"]) === undefined)
    notes.push(
      placed(source, "output", {
        message: "output.schema is left out: it names a schema of the application",
      }),
    );
  else if (output["format"] !== undefined && !/^(json|text)$/.test(String(output["format"])))
    notes.push(
      placed(source, "output", { message: `output.format ${String(output["format"])} is left out` }),
    );
  return notes;
}

function placed({ lineOf }: PromptSource, key: string, note: PromptNote): PromptNote {
  const line = lineOf(key);
  return line === undefined ? note : { ...note, line };
}

/** Literal text, or converted text. How the literal is written depends on the language of the whole. */
interface Segment {
  readonly isLiteral: boolean;
  readonly text: string;
}

interface Draft {
  readonly role: string;
  /** Texts between images, and the images. */
  readonly parts: (readonly Segment[] | JsonObject)[];
  segments: Segment[];
}

const roles: Readonly<Record<string, string>> = { model: "assistant" };

function readBody({ body, bodyLine }: PromptSource) {
  const marked = body
    .replace(/^<<<dotprompt:role:(\w+)>>>$/gm, '{{role "$1"}}')
    .replace(/^<<<dotprompt:history>>>$/gm, "{{history}}");
  const pieces = handlebarsPieces(marked, bodyLine);
  const converter = createHandlebarsConverter();
  const warnings: PromptNote[] = [];
  const problems: PromptNote[] = [];
  let draft: Draft = draftOf("user");
  const drafts: Draft[] = [draft];
  const add = (next: Draft) => {
    drafts.push(next);
    draft = next;
  };
  for (const piece of pieces) {
    const tag = piece.tag?.replace(/^~|~$/g, "").trim();
    const special = tag === undefined ? undefined : specialTag(tag);
    if (special === undefined) {
      draft.segments.push({
        isLiteral: piece.text !== undefined,
        text: piece.text ?? converter.convert(piece),
      });
      continue;
    }
    if (converter.depth > 0)
      problems.push({
        line: piece.line,
        message: `{{${tag}}} cannot be converted inside a block`,
        hint: "move it before or behind the block",
      });
    if (special.kind === "role") add(draftOf(roles[special.value] ?? special.value));
    else if (special.kind === "history") {
      add({ ...draftOf("chat_history"), segments: [{ isLiteral: false, text: "{{history}}" }] });
      add(draftOf("user"));
    } else if (special.kind === "media") {
      draft.parts.push(draft.segments, { type: "image_url", image_url: { url: special.value } });
      draft.segments = [];
    } else warnings.push({ line: piece.line, message: `{{${tag}}} is left out` });
  }
  converter.finish();
  const finish = (segments: readonly Segment[]) =>
    segments
      .map(({ isLiteral, text }) => (isLiteral && converter.needsJinja ? jinjaLiteral(text) : text))
      .join("")
      .trim();
  if (!converter.needsJinja) problems.push(...literalVariables(pieces));
  return {
    template: drafts.flatMap((draft) => messageOf(draft, finish)),
    needsJinja: converter.needsJinja,
    warnings,
    problems: [...problems, ...converter.problems],
  };
}

/** An escaped `\{{name}}` would be filled by the default language. */
function literalVariables(pieces: ReturnType<typeof handlebarsPieces>): readonly PromptNote[] {
  return pieces
    .filter(({ text }) => text !== undefined && /\{\{\s*[A-Za-z_][\w.-]*\s*\}\}/.test(text))
    .map(({ line }) => ({
      line,
      message: "an escaped \\{{…}} cannot be kept as text",
      hint: "remove it, or write the prompt with jinja",
    }));
}

function draftOf(role: string): Draft {
  return { role, parts: [], segments: [] };
}

function messageOf(
  { role, parts, segments }: Draft,
  finish: (segments: readonly Segment[]) => string,
): readonly JsonObject[] {
  const last = finish(segments);
  if (parts.length === 0) return last === "" ? [] : [{ role, content: last }];
  const content = [...parts, segments].flatMap((part): JsonObject[] => {
    if (!isSegments(part)) return [part];
    const text = finish(part);
    return text === "" ? [] : [{ type: "text", text }];
  });
  return [{ role, content }];
}

function isSegments(part: readonly Segment[] | JsonObject): part is readonly Segment[] {
  return Array.isArray(part);
}

/** A tag that makes or ends a message, adds an image, or has no counterpart. */
function specialTag(tag: string): { readonly kind: string; readonly value: string } | undefined {
  const role = /^role\s+["'](\w+)["']$/.exec(tag)?.[1];
  if (role !== undefined) return { kind: "role", value: role };
  if (tag === "history") return { kind: "history", value: "" };
  if (/^section\s+["']/.test(tag)) return { kind: "section", value: "" };
  const [, literal, name] =
    /^media\s+url=(?:["']([^"']*)["']|([A-Za-z_]\w*))(?:\s+\w+=\S+)*$/.exec(tag) ?? [];
  if (literal === undefined && name === undefined) return undefined;
  return { kind: "media", value: literal ?? `{{${name}}}` };
}

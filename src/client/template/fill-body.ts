import type { TracedEndpoint } from "../../traces/openai/read-request.ts";
import { type ChatTemplate, type ChatTemplateMessage, renderChat } from "./chat-template.ts";
import { isOfParams, provenanceOf, type TemplateProvenance } from "./provenance.ts";
import {
  escapeText,
  renderText,
  requireParams,
  type TemplateParams,
  variablesOf,
} from "./template-syntax.ts";

type Body = Readonly<Record<string, unknown>>;

/** A template and the values it was filled with. */
export interface UsedTemplate {
  readonly template: ChatTemplate | string;
  readonly params: TemplateParams;
}

interface FilledBody {
  /** The body given, when it held no template. */
  readonly body: Body;
  readonly used?: UsedTemplate;
}

/** Body members of each endpoint that may hold templates. */
const places: Readonly<Record<TracedEndpoint, readonly string[]>> = {
  chat: ["messages"],
  completion: ["prompt"],
  responses: ["instructions", "input"],
};

/**
 * Fills the templates that `templateChat` and `templateText` left for the call, and returns the templates used in
 * the body. Throws UsageError if a variable has no value.
 */
export function fillBody(endpoint: TracedEndpoint, body: Body, params: TemplateParams): FilledBody {
  const filled: Record<string, unknown> = {};
  const parts: ChatTemplateMessage[] = [];
  const used: Record<string, unknown> = { ...params };
  let isTemplated = false;
  for (const key of places[endpoint]) {
    const value = body[key];
    if (value === undefined || value === null) continue;
    const role = key === "instructions" ? "system" : "user";
    const place = Array.isArray(value) ? fillList(value, params) : fillText(value, role, params);
    parts.push(...place.template);
    if (place.value !== value) filled[key] = place.value;
    isTemplated ||= place.isTemplated;
    Object.assign(used, place.params);
  }
  return {
    body: Object.keys(filled).length === 0 ? body : { ...body, ...filled },
    ...(isTemplated ? { used: { template: shortest(endpoint, parts), params: used } } : {}),
  };
}

interface FilledPlace {
  readonly value: unknown;
  readonly template: ChatTemplate;
  readonly params: TemplateParams;
  readonly isTemplated: boolean;
}

function fillText(value: unknown, role: string, given: TemplateParams): FilledPlace {
  const source = provenanceOf(value);
  if (source === undefined || typeof source.template !== "string") {
    const template = typeof value === "string" ? [{ role, content: escapeText(value) }] : [];
    return { value, template, params: {}, isTemplated: false };
  }
  const params = source.params ?? given;
  requireParams(variablesOf(source.template, params), params);
  return {
    value: renderText(source.template, params),
    template: [{ role, content: source.template }],
    params,
    isTemplated: true,
  };
}

/** A list of messages of templates, messages with templated content, and plain messages, in any order. */
function fillList(list: readonly unknown[], given: TemplateParams): FilledPlace {
  const sources = new Set(list.map(chatSource).filter((source) => source !== undefined));
  const unseen = new Set(sources);
  const params: Record<string, unknown> = {};
  const template: ChatTemplateMessage[] = [];
  const messages: unknown[] = [];
  let templated = 0;
  let isChanged = false;
  for (const message of list) {
    const source = chatSource(message);
    if (source === undefined) {
      const { role = "user", content } = (message ?? {}) as ChatTemplateMessage;
      const text = fillText(content, role, given);
      if (![...sources].some((one) => isOfParams(message, one.params))) template.push(...text.template);
      messages.push(text.isTemplated ? { ...(message as object), content: text.value } : message);
      if (!text.isTemplated) continue;
      Object.assign(params, text.params);
      isChanged = true;
    } else {
      const isFirst = unseen.delete(source);
      const values = source.params ?? given;
      if (source.params !== undefined) messages.push(message);
      else if (isFirst) messages.push(...renderChat(source.template, values));
      isChanged ||= source.params === undefined;
      if (!isFirst) continue;
      template.push(...source.template);
      Object.assign(params, values);
    }
    templated = template.length;
  }
  const whole = chatSource(list);
  return {
    value: isChanged ? messages : list,
    // Messages after the last one of a template are conversation: later turns, results of tools.
    template: whole?.template ?? template.slice(0, templated),
    params: whole === undefined ? params : { ...(whole.params ?? given), ...params },
    isTemplated: templated > 0 || whole !== undefined,
  };
}

interface ChatSource extends TemplateProvenance {
  readonly template: ChatTemplate;
}

function chatSource(thing: unknown): ChatSource | undefined {
  const source = provenanceOf(thing);
  return source === undefined || typeof source.template === "string" ? undefined : (source as ChatSource);
}

/** The template of a completion, or of a response with only an input, is a string. */
function shortest(endpoint: TracedEndpoint, parts: ChatTemplate): ChatTemplate | string {
  const [only, ...others] = parts;
  const isText = endpoint !== "chat" && others.length === 0 && only?.role === "user";
  return isText && typeof only.content === "string" ? only.content : parts;
}

import type { JsonObject, JsonValue } from "../data/json.ts";
import type { ToolCall } from "./message.ts";

export type TemplateLanguage = "default" | "jinja";

/**
 * One message of a chat template. Role `chat_history` stands for the messages of the variable that it names.
 */
export interface TemplateMessage {
  readonly role: string;
  /** The text; for a message with parts, their joined texts. */
  readonly content: string;
  /**
   * OpenAI content parts (`{type: "text", text}`, `{type: "image_url", image_url: {url}}`), sent instead of the
   * content.
   */
  readonly parts?: readonly JsonObject[];
  readonly name?: string;
  readonly toolCalls?: readonly ToolCall[];
  readonly toolCallId?: string;
}

/** A text (sent as one user message) or a list of messages. */
export type Template = string | readonly TemplateMessage[];

/** A prompt's template with its metadata. */
export interface Prompt {
  /** Folders and name, for example `main/default/sentiment_classifier`. */
  readonly path: string;
  readonly description?: string;
  readonly template: Template;
  readonly templateLanguage: TemplateLanguage;
  /** Spans that every candidate must keep verbatim. */
  readonly locked: readonly string[];
  /** Maximum of the estimated tokens of a candidate's texts together. */
  readonly maxPromptTokens?: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** Sampling parameters and all other request fields except messages. */
export interface ModelParameters {
  readonly temperature?: number;
  readonly topP?: number;
  readonly maxTokens?: number;
  readonly stop?: string | readonly string[];
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly responseFormat?: JsonObject;
  readonly reasoningEffort?: string | number;
  readonly tools?: readonly JsonObject[];
  readonly toolChoice?: JsonValue;
  /** Passed through unchanged in the request body. */
  readonly other?: JsonObject;
}

/** The model that a prompt version was made for; part of the version's identity. */
export interface ModelConfiguration extends ModelParameters {
  readonly model: string;
  readonly provider?: string;
  /** `chat` (default) or `complete`. */
  readonly endpoint?: string;
  readonly attributes?: JsonObject;
}

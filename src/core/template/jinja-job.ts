import type { JsonObject } from "../data/json.ts";
import type { ChatMessage } from "../prompt/message.ts";
import type { Template } from "../prompt/prompt.ts";

/** What a worker is asked; without inputs it is the template's variables. */
export interface JinjaJob {
  readonly template: Template;
  readonly inputs?: JsonObject;
}

/** What it answers. Errors are those of the user: the worker makes no others. */
export type JinjaResult =
  | { readonly variables: readonly string[] }
  | { readonly messages: readonly ChatMessage[] }
  | { readonly error: { readonly message: string; readonly hint?: string | undefined } };

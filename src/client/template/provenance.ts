import type { ChatTemplate } from "./chat-template.ts";
import type { TemplateParams } from "./template-syntax.ts";

/** The origin of messages or a text. */
export interface TemplateProvenance {
  readonly template: ChatTemplate | string;
  /** Undefined if not filled yet; the call's params will fill it. */
  readonly params: TemplateParams | undefined;
}

/**
 * Keyed by identity: nothing is added to what is sent, and a template is still known after its messages were
 * spread into another list or passed on by an SDK helper.
 */
const known = new WeakMap<object, TemplateProvenance>();

export function rememberProvenance(things: readonly object[], provenance: TemplateProvenance): void {
  for (const thing of things) known.set(thing, provenance);
}

export function provenanceOf(thing: unknown): TemplateProvenance | undefined {
  return typeof thing === "object" && thing !== null ? known.get(thing) : undefined;
}

/**
 * Whether a message is one of those in a variable's value. Messages of a history belong to the application and
 * may recur.
 */
export function isOfParams(message: unknown, params: TemplateParams | undefined): boolean {
  return Object.values(params ?? {}).some((value) => Array.isArray(value) && value.includes(message));
}

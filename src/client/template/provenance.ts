import type { ChatTemplate } from "./chat-template.ts";
import type { TemplateParams } from "./template-syntax.ts";

/** Where messages or a text came from. */
export interface TemplateProvenance {
  readonly template: ChatTemplate | string;
  /** Undefined: not filled yet; the params of the call will be. */
  readonly params: TemplateParams | undefined;
}

/**
 * By identity, so that nothing shows on what is sent, and so that a template is still known when its messages
 * were spread into another list or handed on by a helper of the SDK.
 */
const known = new WeakMap<object, TemplateProvenance>();

export function rememberProvenance(things: readonly object[], provenance: TemplateProvenance): void {
  for (const thing of things) known.set(thing, provenance);
}

export function provenanceOf(thing: unknown): TemplateProvenance | undefined {
  return typeof thing === "object" && thing !== null ? known.get(thing) : undefined;
}

/** Is it one of the messages a value holds? Those of a history are the application's own and may come again. */
export function isOfParams(message: unknown, params: TemplateParams | undefined): boolean {
  return Object.values(params ?? {}).some((value) => Array.isArray(value) && value.includes(message));
}

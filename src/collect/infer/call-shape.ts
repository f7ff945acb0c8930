import type { ChatMessage } from "../../core/prompt/message.ts";
import { plainContent } from "../unrender/align-messages.ts";
import type { TokenTable } from "./token-table.ts";

/** A call, prepared for template inference. */
export interface CallShape {
  readonly messages: readonly ChatMessage[];
  /**
   * Roles of the messages that come from a template: those before the conversation, and the last one if it is
   * from the user.
   */
  readonly roles: readonly string[];
  readonly texts: readonly (readonly number[])[];
  /** The conversation in between. */
  readonly history: readonly ChatMessage[];
  /** Calls with different groups cannot share a template. */
  readonly group: string;
}

const conversational: ReadonlySet<string> = new Set(["user", "assistant", "tool", "function"]);

/** Undefined if a template message is not text (images, tool calls). */
export function callShape(
  messages: readonly ChatMessage[],
  name: string | undefined,
  table: TokenTable,
): CallShape | undefined {
  const talk = messages.findIndex(({ role }) => conversational.has(role));
  const lead = talk === -1 ? messages : messages.slice(0, talk);
  const rest = talk === -1 ? [] : messages.slice(talk);
  const last = rest.at(-1);
  const isAsked = last !== undefined && last.role === "user" && plainContent(last) !== undefined;
  const own = isAsked ? [...lead, last] : lead;
  const texts = own.map(plainContent);
  if (own.length === 0 || !texts.every((text) => text !== undefined)) return undefined;
  const roles = own.map(({ role }) => role);
  return {
    messages,
    roles,
    texts: texts.map((text) => table.tokensOf(text)),
    history: isAsked ? rest.slice(0, -1) : rest,
    group: JSON.stringify([name ?? "", roles]),
  };
}

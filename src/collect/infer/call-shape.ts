import type { ChatMessage } from "../../core/prompt/message.ts";
import { plainContent } from "../unrender/align-messages.ts";
import type { TokenTable } from "./token-table.ts";

/** A call as templates are looked for in it. */
export interface CallShape {
  readonly messages: readonly ChatMessage[];
  /** The messages a template has words in: those before the conversation, and its last, if that is the user's. */
  readonly roles: readonly string[];
  readonly texts: readonly (readonly number[])[];
  /** What is between. */
  readonly history: readonly ChatMessage[];
  /** Calls that cannot have a template in common have different ones. */
  readonly group: string;
}

const conversational: ReadonlySet<string> = new Set(["user", "assistant", "tool", "function"]);

/** Undefined for a call whose own messages are no texts (images, tool calls). */
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

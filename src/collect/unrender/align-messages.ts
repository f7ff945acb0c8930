import type { ChatMessage } from "../../core/prompt/message.ts";
import type { FormItem } from "./message-forms.ts";
import type { Equation } from "./solve-pieces.ts";

/** One way to align a template's messages with recorded ones. */
export interface Alignment {
  /** By the index of the recorded message. */
  readonly equations: ReadonlyMap<number, Equation>;
  /** Variable of a `chat_history` → its messages. */
  readonly histories: ReadonlyMap<string, readonly ChatMessage[]>;
}

interface Alignments {
  readonly found: readonly Alignment[];
  /** False if there are too many alignments to try all of them. */
  readonly isComplete: boolean;
}

/** Enough for two histories in a long conversation; templates with three do not occur in practice. */
const maxAlignments = 256;

/** All alignments with matching roles. With at most one `chat_history` there is at most one. */
export function alignMessages(items: readonly FormItem[], messages: readonly ChatMessage[]): Alignments {
  const found: Alignment[] = [];
  let isComplete = true;
  const fixedAfter = items.map((_, at) => items.slice(at).filter(({ kind }) => kind === "message").length);
  const walk = (item: number, message: number, sofar: Alignment): void => {
    if (found.length >= maxAlignments) {
      isComplete = false;
      return;
    }
    const current = items[item];
    if (current === undefined) {
      if (message === messages.length) found.push(sofar);
      return;
    }
    if (current.kind === "message") {
      const text = textOf(messages[message], current.role);
      if (text === undefined) return;
      const equations = new Map(sofar.equations).set(message, { pieces: current.pieces, text });
      walk(item + 1, message + 1, { ...sofar, equations });
      return;
    }
    const most = messages.length - message - (fixedAfter[item] ?? 0);
    const isLastHistory = !items.slice(item + 1).some(({ kind }) => kind === "history");
    for (let length = isLastHistory ? most : 0; length >= 0 && length <= most; length++) {
      const part = messages.slice(message, message + length);
      const histories = new Map(sofar.histories).set(current.variable, part);
      walk(item + 1, message + length, { ...sofar, histories });
    }
  };
  walk(0, 0, { equations: new Map(), histories: new Map() });
  return { found, isComplete };
}

/** The text of a message that a template can produce: the given role, and text only. */
function textOf(message: ChatMessage | undefined, role: string): string | undefined {
  if (message === undefined || message.role !== role) return undefined;
  const isMore =
    message.name !== undefined || message.toolCallId !== undefined || (message.toolCalls?.length ?? 0) > 0;
  return isMore ? undefined : plainContent(message);
}

/** The text of a message; a single text part is equivalent to a string. */
export function plainContent({ content }: ChatMessage): string | undefined {
  if (typeof content === "string") return content;
  const [part, ...more] = content ?? [];
  if (part === undefined || more.length > 0 || part["type"] !== "text") return undefined;
  return typeof part["text"] === "string" && Object.keys(part).length === 2 ? part["text"] : undefined;
}

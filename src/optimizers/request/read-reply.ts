import type { Reflection } from "../../contracts/optimizer.ts";
import { messageText } from "../../core/prompt/message.ts";
import { copiedWords } from "./copied-rows.ts";
import { parseReply } from "./parse-reply.ts";
import type { TextRequest } from "./text-request.ts";

/** A complete new text, or the reason why the reply has none. `kind` is the same for equal causes. */
export type ReadReply =
  | { readonly text: string; readonly isUnfenced?: true }
  | { readonly kind: string; readonly problem: string };

/** Reads the reply to a request for one text, and adds the lines that a rewrite does not change. */
export function readReply(reply: Reflection, name: string, request: TextRequest): ReadReply {
  const { complete, current, fence, inputs, messages, variables } = request;
  const asked = messages.filter(({ role }) => role === "user").map(messageText);
  const parsed = parseReply(reply, { fence, name, variables, current, request: asked.join("\n\n") });
  if (!("text" in parsed)) return parsed;
  const text = complete(parsed.text);
  if (text === complete(""))
    return { kind: "empty", problem: "the reply repeats the lines that stay and holds no instructions" };
  const copied = copiedWords(parsed.text, current, inputs);
  if (copied !== undefined)
    return {
      kind: "copied_row",
      problem: `the text copies an example ("${copied} …"): write a general rule instead`,
    };
  return { ...parsed, text };
}

import { messageText } from "../../core/prompt/message.ts";
import { type OfflineRequest, unreadableRequest } from "../request.ts";
import { type Block, readFencedText } from "./fenced-blocks.ts";
import { fenceIn } from "./read-form-request.ts";
import { readRows } from "./read-rows.ts";
import {
  isUsableRecord,
  listedVariables,
  placeholdersIn,
  type ReflectionReading,
} from "./reflection-reading.ts";

/**
 * Reads a request of a user's own engine: a fenced text with unfilled variables, rows in plain lines, and the
 * fence for the reply. Several texts with the same variables are combined.
 */
export function readLooseRequest({ messages }: OfflineRequest): ReflectionReading | undefined {
  const asking = messages.filter(({ role }) => role !== "assistant").map(messageText);
  const { blocks, words } = readFencedText(asking.join("\n\n"));
  const [first] = blocks;
  if (first === undefined) return undefined;
  const fence = fenceIn(words);
  const templates = blocks.filter(({ body }) => placeholdersIn(body).size > 0);
  const isNamed = fence !== undefined && placeholdersIn(words.join("\n")).size > 0;
  const current = templates[0] ?? (isNamed ? first : undefined);
  if (current === undefined) return undefined;
  const variables = [...placeholdersIn(current.body)];
  if (fence === undefined) {
    const shown = variables.join(", ");
    throw unreadableRequest(`it shows a text with ${shown} to rewrite but names no fence for the reply`);
  }
  const isVersion = (block: Block): boolean =>
    variables.length > 0 && isSame(variables, [...placeholdersIn(block.body)]);
  const rest = blocks.filter((block) => block !== current && !isVersion(block));
  const others = rest.filter((block) => templates.includes(block));
  const locked = rest.filter((block) => !others.includes(block));
  for (const block of locked) checkPassage(block, current);
  return {
    name: current.title,
    current: current.body.replace(/^\n+/, ""),
    versions: blocks.filter((block) => block !== current && isVersion(block)).map(({ body }) => body),
    records: readRows(words).filter(isUsableRecord),
    locked: [...locked.map(({ body }) => body.trim()), ...listedVariables(words)],
    others: others.map(({ body }) => body.trim()).join("\n"),
    rejected: "",
    isRetry: asking.length < messages.length,
    fence,
  };
}

function checkPassage(block: Block, current: Block): void {
  if (current.body.includes(block.body)) return;
  const shown = JSON.stringify(block.body.slice(0, 60));
  throw unreadableRequest(`the fenced block ${shown} is neither a text with variables nor a passage of one`);
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((one) => others.includes(one));
}

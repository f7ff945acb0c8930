import { messageText } from "../../core/prompt/message.ts";
import { estimateTokens } from "../../core/usage.ts";
import { type OfflineRequest, unreadableRequest } from "../request.ts";
import {
  type Block,
  type BlockGroup,
  type FencedText,
  groupBlocks,
  linesWithWords,
  readFencedText,
  recordOfBlocks,
} from "./fenced-blocks.ts";
import {
  isUsableRecord,
  listedVariables,
  placeholdersIn,
  type ReflectionReading,
} from "./reflection-reading.ts";

const blank = /^\s*…[^…\n]+…\s*$/;

/**
 * Reads a request that ends with a blank form for its reply: a last block of one line between ellipses. A block
 * with a name after its fence is a text of the prompt, and the first one is the text to rewrite; another block
 * with the same name is a rewrite of it. Unnamed blocks are fields of rows, passages to keep, failed edits, or
 * older texts.
 */
export function readFormRequest({ messages }: OfflineRequest): ReflectionReading | undefined {
  const readMessages = messages.map((message) => ({ message, ...readFencedText(messageText(message)) }));
  const at = readMessages.findIndex(({ message, blocks }) => message.role !== "assistant" && hasForm(blocks));
  const asked = readMessages[at];
  const form = asked?.blocks.at(-1);
  if (asked === undefined || form === undefined) return undefined;
  const current = currentBlock(asked);
  const shown = asked.blocks.slice(asked.blocks.indexOf(current) + 1, -1);
  const named = shown.filter(({ title }) => title !== "");
  const others = named.filter(({ title }) => title !== current.title).map(({ body }) => body.trim());
  const groups = groupBlocks(shown, form);
  const rows = groups.filter(({ blocks }) => blocks.length > 1);
  // Older texts precede the rows; passages and edits follow them.
  const behind = rows.length === 0 ? groups : groups.slice(groups.indexOf(rows[0] as BlockGroup));
  const alone = behind.flatMap(({ blocks: [block, ...more] }) => (more.length === 0 ? [block] : []));
  const locked = alone.filter(({ body }) => current.body.includes(body));
  const rejected = alone.filter((block) => isEdit(block, current));
  checkAlone(groups, [...locked, ...rejected], current);
  const maxTokens = capBehind(asked.blocks, { locked, rejected }, [current.body, ...others]);
  return {
    name: current.title,
    current: current.body.replace(/^\n+/, ""),
    versions: named
      .filter(({ title }) => title === current.title)
      .map(({ body }) => body.replace(/^\n+/, "")),
    records: rows.map(recordOfBlocks).filter(isUsableRecord),
    locked: [...locked.map(({ body }) => body.trim()), ...listedVariables(asked.words)],
    ...(maxTokens === undefined ? {} : { maxTokens }),
    others: others.join("\n"),
    rejected: rejected.map(({ body }) => body.trim()).join("\n"),
    isRetry: at < messages.length - 1,
    fence: form.fence,
  };
}

/** A row with only one block, whatever it contains, is not a form. */
function hasForm(blocks: readonly Block[]): boolean {
  const last = blocks.at(-1);
  return blocks.length > 1 && last !== undefined && blank.test(last.body);
}

function currentBlock({ blocks, words }: FencedText): Block {
  const listed = listedVariables(words).map((one) => one.replace(/\s/g, ""));
  const found = blocks.find(
    ({ title, body }) => title !== "" && listed.every((one) => placeholdersIn(body).has(one)),
  );
  if (found !== undefined) return found;
  const variables = listed.length === 0 ? "" : ` and the variables ${listed.join(", ")}`;
  throw unreadableRequest(`no fenced block has the name of a text after its opening fence${variables}`);
}

/** Removed and added lines, each with its sign; a list that the text contains is not an edit. */
function isEdit({ body }: Block, current: Block): boolean {
  return /^[-+] /.test(body) && !current.body.includes(body);
}

/**
 * Passages after the first one follow without text between them. A block that is neither a passage nor an edit
 * must be an older text, or the request was misread.
 */
function checkAlone(groups: readonly BlockGroup[], known: readonly Block[], current: Block): void {
  for (const [at, { blocks, gap }] of groups.entries()) {
    const [block] = blocks;
    const before = groups[at - 1]?.blocks;
    const isFollowing = before?.length === 1 && known.includes(before[0]);
    if (blocks.length > 1 || (known.includes(block) && (gap > 1 || isFollowing))) continue;
    if (gap > 1 && isOlderText(block, current)) continue;
    const shown = JSON.stringify(block.body.slice(0, 60));
    throw unreadableRequest(`the fenced block ${shown} is neither a field of a row nor a text of the prompt`);
  }
}

function isOlderText({ body }: Block, current: Block): boolean {
  const variables = [...placeholdersIn(current.body)];
  if (variables.length > 0) return variables.every((one) => placeholdersIn(body).has(one));
  const lines = new Set(linesWithWords(current.body.split("\n")));
  return body.split("\n").some((line) => lines.has(line));
}

/**
 * The only number in a sentence one paragraph after the rows that is large enough for the current texts. The
 * paragraph before the form describes the form, and the one after an edit describes the edit.
 */
function capBehind(
  blocks: readonly Block[],
  { locked, rejected }: { readonly locked: readonly Block[]; readonly rejected: readonly Block[] },
  texts: readonly string[],
): number | undefined {
  const least = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  const last = blocks.length - 1;
  const start = blocks.findLastIndex((block, at) => at < last && ![...locked, ...rejected].includes(block));
  return blocks
    .flatMap((block, at) => {
      const paragraphs = block.before
        .join("\n")
        .trim()
        .split(/\n\s*\n/);
      const before = blocks[at - 1];
      const isBehindEdit = before !== undefined && rejected.includes(before);
      return at > start ? paragraphs.slice(isBehindEdit ? 1 : 0, at === last ? -1 : undefined) : [];
    })
    .filter((paragraph) => !/^[-*#]|\n|[.!?]\s/.test(paragraph))
    .map((paragraph) => paragraph.match(/(?<![\d.,])\d+(?![\d]|[.,]\d)/g) ?? [])
    .filter((numbers) => numbers.length === 1)
    .map(([number]) => Number(number))
    .find((number) => number >= least);
}

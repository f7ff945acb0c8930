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
import { readRows } from "./read-rows.ts";
import {
  isUsableRecord,
  listedVariables,
  placeholdersIn,
  type ReflectionReading,
} from "./reflection-reading.ts";

/**
 * Reads a request that ends with the text to rewrite, under its name, and a sentence that names the fence of the
 * reply. Another block with that name is a rewrite of the text; one with another name is another text of the
 * prompt. Unnamed blocks are fields of rows, passages to keep, failed edits, or older texts. Rows may also be lines
 * of `label: value`.
 */
export function readFormRequest({ messages }: OfflineRequest): ReflectionReading | undefined {
  const readMessages = messages.map((message) => ({ message, ...readFencedText(messageText(message)) }));
  const at = readMessages.findIndex(
    ({ message, ...text }) => message.role !== "assistant" && currentBlock(text) !== undefined,
  );
  const asked = readMessages[at];
  const current = asked && currentBlock(asked);
  if (asked === undefined || current === undefined) return undefined;
  const shown = asked.blocks.filter((block) => block !== current);
  const named = shown.filter(({ title }) => title !== "");
  const others = named.filter(({ title }) => title !== current.title).map(({ body }) => body.trim());
  const groups = groupBlocks(shown, current);
  const rows = groups.filter(({ blocks }) => blocks.length > 1);
  // Older texts precede the rows; passages and edits follow them.
  const behind = rows.length === 0 ? groups : groups.slice(groups.indexOf(rows[0] as BlockGroup));
  const alone = behind.flatMap(({ blocks: [block, ...more] }) => (more.length === 0 ? [block] : []));
  const locked = alone.filter(({ body }) => current.body.includes(body));
  const rejected = alone.filter((block) => isEdit(block, current));
  checkAlone(groups, [...locked, ...rejected], current);
  const maxTokens = capBehind(asked.blocks, { locked, rejected }, [current.body, ...others]);
  const records = asked.blocks.length === 1 ? readRows(asked.words) : rows.map(recordOfBlocks);
  return {
    name: current.title,
    current: current.body.replace(/^\n+/, ""),
    versions: named
      .filter(({ title }) => title === current.title)
      .map(({ body }) => body.replace(/^\n+/, "")),
    records: records.filter(isUsableRecord),
    locked: [...locked.map(({ body }) => body.trim()), ...listedVariables(asked.words)],
    ...(maxTokens === undefined ? {} : { maxTokens }),
    others: others.join("\n"),
    rejected: rejected.map(({ body }) => body.trim()).join("\n"),
    isRetry: at < messages.length - 1,
    fence: fenceIn(asked.words) ?? current.fence,
  };
}

/** What stands after a fence where no text is named. */
const languages = new Set([
  "text",
  "txt",
  "markdown",
  "md",
  "json",
  "yaml",
  "xml",
  "html",
  "prompt",
  "jinja",
]);

/** The text to rewrite; undefined if the request asks for none. */
function currentBlock({ after, blocks, isTagged, words }: FencedText): Block | undefined {
  const last = blocks.at(-1);
  if (last === undefined || last.title === "" || languages.has(last.title)) return undefined;
  const isNamed = fenceIn(after) !== undefined;
  const isShort = isTagged && blocks.length === 1 && readRows(after).length > 0;
  if (!isNamed && !isShort) return undefined;
  const listed = listedVariables(words).map((one) => one.replace(/\s/g, ""));
  if (listed.every((one) => placeholdersIn(last.body).has(one))) return last;
  throw unreadableRequest(`the last fenced block does not have the variables ${listed.join(", ")}`);
}

/** The last fence that is named in a sentence. */
export function fenceIn(lines: readonly string[]): string | undefined {
  return lines
    .join("\n")
    .match(/`{3,}|~{3,}/g)
    ?.at(-1);
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
  const firstRow = groups.findIndex(({ blocks }) => blocks.length > 1);
  for (const [at, { blocks, gap }] of groups.entries()) {
    const [block] = blocks;
    const before = groups[at - 1]?.blocks;
    const isFollowing = before?.length === 1 && known.includes(before[0]);
    if (blocks.length > 1 || (known.includes(block) && (gap > 1 || isFollowing))) continue;
    if (gap > 1 && (at < firstRow || isOlderText(block, current))) continue;
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

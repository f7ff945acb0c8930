import { isJsonObject } from "../../core/data/json.ts";
import { messageText } from "../../core/prompt/message.ts";
import { type OfflineRequest, unreadableRequest } from "../request.ts";
import { type Block, readFencedText } from "./fenced-blocks.ts";
import {
  type FailureRecord,
  failureRecord,
  isUsableRecord,
  listedVariables,
  placeholdersIn,
  type ReflectionReading,
} from "./reflection-reading.ts";

const labelled = /^\s*(?:[-*•]\s+|\d+[.)]\s+)?([^\s:{}[\]"][^:{}[\]"]{0,48}):(?:[ \t]+(.*))?$/;
const leastFields = 3;

/**
 * Rows as lines of `label: value`, or as one JSON object per line. Whatever the labels, the fields are input,
 * answer, expected answer and optional feedback, in this order. A repeated first label starts the next row.
 */
function readRows(lines: readonly string[]): readonly FailureRecord[] {
  const rows: FailureRecord[] = [];
  let fields: { label: string; value: string }[] = [];
  let isShort = false;
  const end = (): void => {
    if (fields.length >= leastFields) rows.push(rowOf(fields.map(({ value }) => value)));
    else if (fields.length > 1) isShort = true;
    fields = [];
  };
  for (const line of lines) {
    const values = jsonValues(line);
    const [, label, value = ""] = labelled.exec(line) ?? [];
    if (values !== undefined) {
      end();
      if (values.length >= leastFields) rows.push(rowOf(values));
      else isShort = true;
    } else if (line.trim() === "") end();
    else if (label !== undefined && (fields.length > 0 || value !== "")) {
      if (label === fields[0]?.label) end();
      fields.push({ label, value });
    } else {
      const last = fields.at(-1);
      if (last !== undefined) last.value += `\n${line}`;
    }
  }
  end();
  if (rows.length === 0 && isShort)
    throw unreadableRequest("its rows need an input, an answer and an expected answer, in this order");
  return rows;
}

function rowOf([input = "", output = "", expected = "", feedback = ""]: readonly string[]): FailureRecord {
  return failureRecord({ input, output, expected, feedback });
}

function jsonValues(line: string): readonly string[] | undefined {
  const text = line
    .trim()
    .replace(/^[-*•]\s+/, "")
    .replace(/,$/, "");
  if (!text.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    return Object.values(value).map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
  } catch {
    return undefined;
  }
}

/**
 * Reads a request of a user's own engine: a fenced text with unfilled variables, rows in plain lines, and the
 * fence for the reply. Several texts with the same variables are combined.
 */
export function readLooseRequest({ messages }: OfflineRequest): ReflectionReading | undefined {
  const asking = messages.filter(({ role }) => role !== "assistant").map(messageText);
  const { blocks, words } = readFencedText(asking.join("\n\n"));
  const [first] = blocks;
  if (first === undefined) return undefined;
  const fence = words
    .join("\n")
    .match(/`{3,}|~{3,}/g)
    ?.at(-1);
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

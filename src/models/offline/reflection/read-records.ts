import { isJsonObject } from "../../../core/json.ts";
import { readProse } from "./read-prose.ts";
import {
  blankRecord,
  createRecordCollector,
  type FailureRecord,
  type RecordCollector,
} from "./record-collector.ts";
import { fieldNamed, type RecordField } from "./record-fields.ts";

const fence = /^[ \t]*(`{3,}|~{3,})[^`~]*$/;
const heading = /^\s*#{1,6}\s*(.+?)\s*:?\s*$/;
const labelled =
  /^\s*(?:[-*•]\s+|\d+[.)]\s+)?(?:\*\*|__|`|")?([A-Za-z][A-Za-z' _()/#0-9-]{0,48}?)(?:\*\*|__|`|")?\s*(?::|=>|→|=)\s*(?:\*\*)?\s*(.*)$/;
const tagLine = /^\s*<([A-Za-z][\w -]*?)(?:\s[^<>]*)?>(.*)$/;

/** Reads examples written as headings, `Key: value` lines, tags, JSON or plain sentences. */
export function readRecords(text: string): FailureRecord[] {
  const collector = createRecordCollector();
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const mark = fence.exec(line)?.[1];
    if (mark !== undefined) {
      if (!collector.isWaiting()) {
        if (collector.isSkipping()) at = closing(lines, at, mark);
        continue;
      }
      const end = closing(lines, at, mark);
      collector.fill(lines.slice(at + 1, end).join("\n"));
      at = end;
      continue;
    }
    const tag = tagLine.exec(line);
    const tagField = tag === null ? undefined : fieldNamed((tag[1] ?? "").replace(/_/g, " "));
    if (tag !== null && tagField !== undefined) {
      const close = `</${tag[1]}>`;
      if (tagField === "record") collector.begin();
      else {
        const end = lines.findIndex((other, index) => index >= at && other.includes(close));
        if (end >= 0) {
          const whole = [tag[2] ?? "", ...lines.slice(at + 1, end + 1)].join("\n");
          collector.open(tagField);
          collector.fill(whole.slice(0, whole.lastIndexOf(close)).trim());
          at = end;
        }
      }
      continue;
    }
    readLine(line, collector);
  }
  return collector.records();
}

function readLine(line: string, collector: RecordCollector): void {
  if (/^\s*<\/?[A-Za-z][\w -]*>\s*$/.test(line)) return;
  const rows = readJsonLine(line);
  if (rows !== undefined) for (const row of rows) collector.add(row);
  else if (!readHeading(line, collector) && !readLabelled(line, collector)) {
    const prose = collector.isOpen() ? undefined : readProse(line);
    if (prose !== undefined) collector.add({ ...blankRecord, ...prose });
    else collector.append(line);
  }
}

/** `## Expected answer`: what follows, up to the next heading, is its value. */
function readHeading(line: string, collector: RecordCollector): boolean {
  const title = heading.exec(line)?.[1] ?? /^\s*\*\*(.+?)\*\*:?\s*$/.exec(line)?.[1];
  if (title === undefined) return false;
  if (/\b(?:tool calls?|steps?|traces?)\b/i.test(title)) collector.skip();
  else {
    const field = fieldNamed(title);
    if (field === undefined) return false;
    if (field === "record") collector.begin();
    else collector.open(field);
  }
  return true;
}

/** `Expected: positive`, the value on the same line or below. */
function readLabelled(line: string, collector: RecordCollector): boolean {
  const key = labelled.exec(line);
  const field = fieldNamed(key?.[1] ?? "");
  if (key === null || field === undefined) return false;
  const value = key[2] ?? "";
  if (field === "record") {
    collector.begin();
    if (value !== "") readLine(value, collector);
    return true;
  }
  collector.open(field);
  const isWhole = /^expected|score$/.test(field) && value !== "" && !/^[[{]/.test(value);
  if (isWhole) collector.fill(value);
  else collector.append(value);
  return true;
}

function closing(lines: readonly string[], start: number, mark: string): number {
  const end = lines.findIndex((line, at) => {
    const bare = line.trim();
    return at > start && bare.length >= mark.length && bare === mark.charAt(0).repeat(bare.length);
  });
  return end < 0 ? lines.length : end;
}

function readJsonLine(line: string): FailureRecord[] | undefined {
  const text = line
    .trim()
    .replace(/^[-*•]\s+/, "")
    .replace(/,$/, "");
  if (!/^[[{]/.test(text)) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const found = (Array.isArray(parsed) ? parsed : [parsed]).filter(isJsonObject).map(recordOf);
    return found.length > 0 && found.every((one) => one.input !== "" && one.expected + one.feedback !== "")
      ? found
      : undefined;
  } catch {
    return undefined;
  }
}

function recordOf(value: Readonly<Record<string, unknown>>): FailureRecord {
  const record: Record<RecordField, string> = { ...blankRecord };
  for (const [name, item] of Object.entries(value)) {
    const field = fieldNamed(name.replace(/_/g, " "));
    if (field === undefined || field === "record" || record[field] !== "") continue;
    const only = isJsonObject(item) && Object.keys(item).length === 1 ? Object.values(item)[0] : item;
    record[field] = typeof only === "string" ? only : JSON.stringify(only);
  }
  return record;
}

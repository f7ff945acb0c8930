import { isJsonObject } from "../../../core/json.ts";
import { readProse } from "./read-prose.ts";
import { fieldNamed, type RecordField } from "./record-fields.ts";

/** One worked example as a reflection request shows it; fields it does not show are "". */
export type FailureRecord = Readonly<Record<RecordField, string>>;

const blank: FailureRecord = { input: "", output: "", expected: "", feedback: "", score: "" };
const fence = /^[ \t]*(`{3,}|~{3,})[^`~]*$/;
const heading = /^\s*#{1,6}\s*(.+?)\s*:?\s*$/;
const labelled =
  /^\s*(?:[-*•]\s+|\d+[.)]\s+)?(?:\*\*|__|`|")?([A-Za-z][A-Za-z' _()/#0-9-]{0,48}?)(?:\*\*|__|`|")?\s*(?::|=>|→|=)\s*(?:\*\*)?\s*(.*)$/;
const tagLine = /^\s*<([A-Za-z][\w -]*?)(?:\s[^<>]*)?>(.*)$/;

/** Reads examples written as headings, `Key: value` lines, tags, JSON or plain sentences. */
export function readRecords(text: string): FailureRecord[] {
  const collector = createCollector();
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

function readLine(line: string, collector: Collector): void {
  if (/^\s*<\/?[A-Za-z][\w -]*>\s*$/.test(line)) return;
  const json = readJsonLine(line);
  if (json !== undefined) {
    for (const record of json) collector.add(record);
    return;
  }
  const title = heading.exec(line)?.[1] ?? /^\s*\*\*(.+?)\*\*:?\s*$/.exec(line)?.[1];
  const titled = title === undefined ? undefined : fieldNamed(title);
  if (title !== undefined && /\b(?:tool calls?|steps?|traces?)\b/i.test(title)) return collector.skip();
  if (titled === "record") return collector.begin();
  if (titled !== undefined) return collector.open(titled);
  const key = labelled.exec(line);
  const field = key === null ? undefined : fieldNamed(key[1] ?? "");
  if (key !== null && field !== undefined) {
    if (field === "record") {
      collector.begin();
      if ((key[2] ?? "") !== "") readLine(key[2] ?? "", collector);
      return;
    }
    const value = key[2] ?? "";
    collector.open(field);
    const isWhole = /^expected|score$/.test(field) && value !== "" && !/^[[{]/.test(value);
    return isWhole ? collector.fill(value) : collector.append(value);
  }
  const prose = collector.isOpen() ? undefined : readProse(line);
  if (prose !== undefined) collector.add({ ...blank, ...prose });
  else collector.append(line);
}

interface Collector {
  begin(): void;
  open(field: RecordField): void;
  append(line: string): void;
  /** A fenced or tagged value: taken whole, and closed. */
  fill(value: string): void;
  add(record: FailureRecord): void;
  /** What comes next is no field that is read. */
  skip(): void;
  isSkipping(): boolean;
  isWaiting(): boolean;
  isOpen(): boolean;
  records(): FailureRecord[];
}

function createCollector(): Collector {
  const done: FailureRecord[] = [];
  let current: Record<RecordField, string> = { ...blank };
  let field: RecordField | undefined;
  let isSkipping = false;
  const begin = (): void => {
    isSkipping = false;
    if (current.input !== "" || current.output !== "" || current.expected !== "" || current.feedback !== "")
      done.push(trimmed(current));
    current = { ...blank };
    field = undefined;
  };
  const hasAnswer = (): boolean =>
    current.output !== "" || current.expected !== "" || current.feedback !== "";
  return {
    begin,
    open(next) {
      if (next === "input" ? hasAnswer() : current[next] !== "" && next !== "feedback") begin();
      field = next;
      isSkipping = false;
    },
    append(line) {
      if (field !== undefined) current[field] += `${current[field] === "" ? "" : "\n"}${line}`;
    },
    fill(value) {
      if (field !== undefined) current[field] = `${current[field]}\n${value}`.trim();
      field = undefined;
    },
    add(record) {
      begin();
      done.push(trimmed(record));
    },
    skip() {
      field = undefined;
      isSkipping = true;
    },
    isSkipping: () => isSkipping,
    isWaiting: () => field !== undefined && current[field].trim() === "",
    isOpen: () => field !== undefined,
    records() {
      begin();
      return done;
    },
  };
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
  const record: Record<RecordField, string> = { ...blank };
  for (const [name, item] of Object.entries(value)) {
    const field = fieldNamed(name.replace(/_/g, " "));
    if (field === undefined || field === "record" || record[field] !== "") continue;
    const only = isJsonObject(item) && Object.keys(item).length === 1 ? Object.values(item)[0] : item;
    record[field] = typeof only === "string" ? only : JSON.stringify(only);
  }
  return record;
}

function trimmed(record: FailureRecord): FailureRecord {
  const input = record.input.trim().replace(/^(?!subject)[a-z_]\w{0,30}:[ \n]\s*/, "");
  const strip = (text: string): string => text.trim().replace(/^(["'`])([^"'`\n]*)\1[.]?$/, "$2");
  return {
    input: strip(input),
    output: strip(record.output),
    expected: strip(record.expected),
    feedback: record.feedback.trim(),
    score: record.score.trim(),
  };
}

import type { RecordField } from "./record-fields.ts";

/** One worked example as a reflection request shows it; fields it does not show are "". */
export type FailureRecord = Readonly<Record<RecordField, string>>;

export const blankRecord: FailureRecord = { input: "", output: "", expected: "", feedback: "", score: "" };

/** Puts fields together into examples: a field seen again begins the next one. */
export interface RecordCollector {
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

export function createRecordCollector(): RecordCollector {
  const done: FailureRecord[] = [];
  let current: Record<RecordField, string> = { ...blankRecord };
  let field: RecordField | undefined;
  let isSkipping = false;
  const begin = (): void => {
    isSkipping = false;
    if (current.input !== "" || current.output !== "" || current.expected !== "" || current.feedback !== "")
      done.push(trimmed(current));
    current = { ...blankRecord };
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

import { parsedObject } from "../../core/data/json.ts";
import { unreadableRequest } from "../request.ts";
import { type FailureRecord, failureRecord } from "./reflection-reading.ts";

const labelled = /^\s*(?:[-*•]\s+|\d+[.)]\s+)?([^\s:{}[\]"][^:{}[\]"]{0,48}):(?:[ \t]+(.*))?$/;
const leastFields = 3;

/**
 * Rows as lines of `label: value`, or as one JSON object per line. Whatever the labels, the fields are input,
 * answer, expected answer and optional feedback, in this order. A repeated first label starts the next row.
 */
export function readRows(lines: readonly string[]): readonly FailureRecord[] {
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
  const value = parsedObject(text);
  if (value === undefined) return undefined;
  return Object.values(value).map((one) => (typeof one === "string" ? one : JSON.stringify(one)));
}

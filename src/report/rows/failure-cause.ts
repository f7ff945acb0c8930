import type { RowAnswer, RowResult } from "../../contracts/row-result.ts";
import { isJsonObject, type JsonObject, parsedJson } from "../../core/data/json.ts";

/** Expected answers are labels if there are at most this many different ones, all short. */
const mostLabels = 20;
const longestLabel = 40;
const fewestRowsPerLabel = 2;

/** Names the cause of a wrong or missing answer; undefined if it has the full score. */
export type FailureCause = (row: RowResult, answer: RowAnswer) => string | undefined;

const missingCauses = {
  cut_off: "Cut off by the length limit",
  filtered: "Withheld by a content filter",
  empty: "Empty answer",
  agent_error: "Error of the application",
} as const;

/** Reads the kind of task (labels, JSON, numbers, text) from the expected answers of all rows. */
export function createFailureCause(rows: readonly RowResult[]): FailureCause {
  const labels = labelsOf(rows);
  return ({ expected }, { output, score, error, missing, feedback }) => {
    if (error !== null) return `Error: ${firstLine(error)}`;
    if (missing !== undefined) return missingCauses[missing];
    if (score === null) return "No score";
    if (score >= 1) return undefined;
    const text = output ?? "";
    if (text.trim() === "") return missingCauses.empty;
    if (expected === null || expected.trim() === "") return causeOfFeedback(feedback);
    if (folded(text) === folded(expected)) return "Differs in letter case or blanks only";
    if (labels.length > 0) return labelCause(text, expected, labels);
    return jsonCause(text, expected) ?? numberCause(text, expected) ?? textCause(text, expected);
  };
}

function labelsOf(rows: readonly RowResult[]): readonly string[] {
  const texts = rows.flatMap(({ expected }) => (expected === null ? [] : [expected.trim()]));
  const distinct = [...new Set(texts)];
  const areLabels =
    distinct.length >= 2 &&
    distinct.length <= mostLabels &&
    texts.length >= distinct.length * fewestRowsPerLabel &&
    distinct.every((text) => text.length > 0 && text.length <= longestLabel);
  return areLabels ? distinct : [];
}

function labelCause(text: string, expected: string, labels: readonly string[]): string {
  const found = labels.filter((label) => holdsWord(text, label));
  const wanted = expected.trim();
  if (found.length === 0) return "No known label";
  if (found.length > 1) return found.includes(wanted) ? "Right label beside others" : "Several wrong labels";
  return found[0] === wanted ? "Right label inside a sentence" : `“${wanted}” read as “${found[0]}”`;
}

function holdsWord(text: string, label: string): boolean {
  const [where, what] = [text.toLowerCase(), label.toLowerCase()];
  for (let at = where.indexOf(what); at !== -1; at = where.indexOf(what, at + 1)) {
    const isWord = (character: string | undefined) =>
      character !== undefined && /[\p{L}\p{N}_]/u.test(character);
    if (!isWord(where[at - 1]) && !isWord(where[at + what.length])) return true;
  }
  return false;
}

function jsonCause(text: string, expected: string): string | undefined {
  const wanted = parsedJson(expected);
  if (wanted === undefined || !isJsonObject(wanted)) return undefined;
  const given = parsedJson(text);
  if (given === undefined) return parsedInside(text) ? "JSON inside other text" : "Not valid JSON";
  if (!isJsonObject(given)) return "Not a JSON object";
  const missing = Object.keys(wanted).filter((key) => !Object.hasOwn(given, key));
  if (missing.length > 0) return `Field missing: ${missing[0]}${missing.length > 1 ? " and others" : ""}`;
  const wrong = Object.keys(wanted).filter((key) => !isSame(wanted, given, key));
  if (wrong.length === 0) return "Fields that were not asked for";
  return wrong.length === 1 ? `Wrong value: ${wrong[0]}` : "Wrong values of several fields";
}

function isSame(wanted: JsonObject, given: JsonObject, key: string): boolean {
  return JSON.stringify(wanted[key]) === JSON.stringify(given[key]);
}

function parsedInside(text: string): boolean {
  const [start, end] = [text.indexOf("{"), text.lastIndexOf("}")];
  return start !== -1 && end > start && parsedJson(text.slice(start, end + 1)) !== undefined;
}

function numberCause(text: string, expected: string): string | undefined {
  const isNumber = (one: string) => /^[-+]?[\d.,]*\d$/.test(one.trim());
  if (!isNumber(expected)) return undefined;
  if (isNumber(text)) return "Wrong number";
  return holdsWord(text, expected.trim())
    ? "Right number inside a sentence"
    : "Wrong number inside a sentence";
}

function textCause(text: string, expected: string): string {
  return folded(text).includes(folded(expected))
    ? "Expected text inside a longer answer"
    : "Other wrong answer";
}

/** Feedback names a cause if it is short; a judge's essay does not. */
function causeOfFeedback(feedback: string | null): string {
  if (feedback === null) return "Below the full score";
  const line = firstLine(feedback);
  return line.length <= 60 ? line : "Below the full score";
}

function firstLine(text: string): string {
  const line = text.trim().split("\n", 1)[0] ?? "";
  // Ids and counts differ from row to row.
  const general = line.replace(/[\w-]*\d[\w-]*/g, "#");
  return general.length <= 100 ? general : `${general.slice(0, 100)}…`;
}

function folded(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, " ");
}

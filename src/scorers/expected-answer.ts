import type { Example } from "../core/data/example.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../core/data/json.ts";
import { ScorerError } from "../core/errors.ts";
import { parseJsonAnswer } from "./json/parse-json-answer.ts";

/** An expected tool call. Without `arguments`, any arguments match. */
export interface ExpectedToolCall {
  readonly name: string;
  readonly arguments?: JsonObject;
}

const form = 'write each as {name: "…", arguments: {…}}';

/**
 * The calls under `expectations.tool_calls` or `expectations.expected_tool_calls`, in dao-opt's own format or
 * OpenAI's (`{function: {name, arguments: "<JSON text>"}}`). An empty list means that no tool may be called.
 */
export function expectedToolCalls(example: Example): readonly ExpectedToolCall[] {
  const { expectations } = example;
  const key = ["tool_calls", "expected_tool_calls"].find((name) => Object.hasOwn(expectations, name));
  if (key === undefined) {
    throw unusableRow(
      example,
      "tool_call",
      "no expected tool calls",
      `give the row expectations.tool_calls; ${form}`,
    );
  }
  const calls = expectations[key];
  const fail = (what: string) =>
    new ScorerError(`${rowPlace(example)}: scorer tool_call: expectations.${key} ${what}`, { hint: form });
  if (!Array.isArray(calls)) throw fail("is not a list");
  return (calls as readonly JsonValue[]).map((call, at) => {
    const read = readCall(call);
    if (typeof read === "string") throw fail(`[${at}] ${read}`);
    return read;
  });
}

function readCall(call: JsonValue): ExpectedToolCall | string {
  if (typeof call === "string") return { name: call };
  if (!isJsonObject(call)) return "is not a tool call";
  const body = isJsonObject(call.function) ? call.function : call;
  const name = body.name;
  if (typeof name !== "string" || name === "") return "has no name";
  const given = body.arguments;
  if (given === undefined) return { name };
  const read =
    typeof given === "string"
      ? parseJsonAnswer(given.trim() || "{}", false)
      : ({ ok: true, value: given } as const);
  return read.ok && isJsonObject(read.value)
    ? { name, arguments: read.value }
    : "has arguments that are not a JSON object";
}

/** `reviews.jsonl:14`: the location of a row. */
export function rowPlace(example: Example): string {
  const { file, line } = example.origin;
  return line === undefined ? file : `${file}:${line}`;
}

/** The row's expected answer, else the source model's answer; undefined if the row has neither. */
export function findExpectedAnswer(example: Example): string | undefined {
  return example.expected ?? example.sourceOutput;
}

/** The row's expected answer, else the source model's answer. Throws ScorerError if the row has neither. */
export function expectedAnswer(example: Example, scorer: string): string {
  const expected = findExpectedAnswer(example);
  if (expected === undefined) throw unusableRow(example, scorer, "no expected answer", expectedAnswerHint);
  return expected;
}

export const expectedAnswerHint =
  "add to the row expectations.expected_response (or outputs of the source model), or name the column under the dataset's `expected`";

/**
 * The error for a row that a scorer cannot use: `reviews.jsonl:14: scorer numeric: the row has no expected
 * answer`.
 */
export function unusableRow(example: Example, scorer: string, lack: string, hint: string): ScorerError {
  return new ScorerError(`${rowPlace(example)}: scorer ${scorer}: the row has ${lack}`, { hint });
}

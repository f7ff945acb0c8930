import { z } from "zod";
import type { Score } from "../../contracts/scorer.ts";
import type { Example } from "../../core/data/example.ts";
import { isJsonObject, type JsonValue } from "../../core/data/json.ts";
import { defineScorer } from "../../plugins/define.ts";
import { expectedAnswer, unusableRow } from "../expected-answer.ts";
import {
  extraPaths,
  type Field,
  fieldsOf,
  fieldWeights,
  isUnder,
  type JsonPath,
  pathText,
  valueAt,
} from "../json/fields.ts";
import { parseJsonAnswer } from "../json/parse-json-answer.ts";
import { isSameValue, type Leniency } from "../json/same-value.ts";
import { listSome, quote } from "../text/quote.ts";
import { ruleScorer } from "./rule-scorer.ts";

const pathList = z.array(z.string().min(1)).min(1).optional();
const flag = (words: string) => z.boolean().default(false).describe(words);

const optionSchema = z.strictObject({
  fields: pathList.describe(
    "Compare only these fields and everything below them; dotted paths. Default: all.",
  ),
  ignore: pathList.describe("Ignore these fields and everything below them; dotted paths."),
  weights: z
    .record(z.string().min(1), z.number().positive())
    .default({})
    .describe("Weight by dotted path; default 1. An object's weight is split among its fields."),
  extra_fields: z
    .enum(["ignore", "wrong"])
    .default("ignore")
    .describe(
      "How to treat keys that the expected answer does not have. A list that is too long is always wrong.",
    ),
  allow_fence: flag("The JSON may be wrapped in one ``` fence."),
  loose_types: flag('"5" counts as 5, "True" as true, null as a missing field.'),
  ignore_case: flag("Ignore upper and lower case in values."),
  ignore_order: flag("Ignore the order of lists; a list then counts as one field."),
  number_tolerance: z
    .number()
    .nonnegative()
    .default(0)
    .describe("Largest allowed difference between two numbers."),
});
type Options = z.output<typeof optionSchema>;

/**
 * Weighted share of the expected JSON's fields that are correct in the answer. Parts: each field by its dotted
 * path.
 */
export const jsonFields = defineScorer({
  name: "json_fields",
  summary: "share of the expected JSON's fields that are right",
  options: optionSchema,
  create(options) {
    const leniency: Leniency = {
      looseTypes: options.loose_types,
      ignoreCase: options.ignore_case,
      ignoreOrder: options.ignore_order,
      numberTolerance: options.number_tolerance,
    };
    return ruleScorer(({ example, output }) => {
      const expected = expectedJson(example);
      const wanted = wantedFields(expected, options, example);
      const answer = parseJsonAnswer(output, options.allow_fence);
      if (!answer.ok) {
        const parts = Object.fromEntries(wanted.map(({ path }) => [pathText(path), 0]));
        return { value: 0, feedback: answer.problem, parts };
      }
      const extra = extraPaths(answer.value, expected, options.ignore_order).filter(
        (path) => counts(path, options) && (options.extra_fields === "wrong" || isListPlace(expected, path)),
      );
      return rate(wanted, extra, answer.value, options.weights, leniency);
    });
  },
});

function rate(
  wanted: readonly Field[],
  extra: readonly JsonPath[],
  answer: JsonValue,
  listed: Options["weights"],
  leniency: Leniency,
): Score {
  const weights = fieldWeights([...wanted.map(({ path }) => path), ...extra], listed);
  const checks = wanted.map(({ path, value }) => {
    const got = valueAt(answer, path);
    return { path, value, got, isRight: isRightValue(got, value, leniency) };
  });
  const right = checks.reduce((sum, { isRight }, at) => sum + (isRight ? (weights[at] as number) : 0), 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const parts = Object.fromEntries(checks.map(({ path, isRight }) => [pathText(path), Number(isRight)]));
  const wrong = [
    ...checks
      .filter(({ isRight }) => !isRight)
      .map(({ path, value, got }) => describeField(path, value, got)),
    ...extra.map((path) => `${quoteLess(pathText(path))}: not wanted, got ${show(valueAt(answer, path))}`),
  ];
  if (wrong.length === 0) return { value: 1, parts };
  const count = `${checks.filter(({ isRight }) => isRight).length} of ${checks.length} fields are right`;
  return { value: Math.min(1, right / total), parts, feedback: `${count}; ${listSome(wrong, "; ", 20)}` };
}

/** Extra contents of an empty list or object are reported and counted by their own paths. */
function isRightValue(got: JsonValue | undefined, wanted: JsonValue, leniency: Leniency): boolean {
  const isEmpty = typeof wanted === "object" && wanted !== null && Object.keys(wanted).length === 0;
  if (!isEmpty || (Array.isArray(wanted) && leniency.ignoreOrder)) return isSameValue(got, wanted, leniency);
  return Array.isArray(wanted) ? Array.isArray(got) : isJsonObject(got);
}

function expectedJson(example: Example): JsonValue {
  const text = expectedAnswer(example, "json_fields");
  const parsed = parseJsonAnswer(text, false);
  if (parsed.ok) return parsed.value;
  const lack = `an expected answer that is not JSON: ${quote(text, 80)}`;
  throw unusableRow(example, "json_fields", lack, "write the expected answer as JSON, or use another scorer");
}

function wantedFields(expected: JsonValue, options: Options, example: Example): Field[] {
  const wanted = fieldsOf(expected, options.ignore_order).filter(({ path }) => counts(path, options));
  if (wanted.length > 0) return wanted;
  const hint = "correct the options `fields` and `ignore`";
  throw unusableRow(example, "json_fields", "none of the fields to compare in its expected answer", hint);
}

function counts(path: JsonPath, { fields, ignore }: Options): boolean {
  const isNamed = fields === undefined || fields.some((listed) => isUnder(path, listed));
  return isNamed && !(ignore ?? []).some((listed) => isUnder(path, listed));
}

function isListPlace(expected: JsonValue, path: JsonPath): boolean {
  return Array.isArray(valueAt(expected, path.slice(0, -1)));
}

function describeField(path: JsonPath, expected: JsonValue, got: JsonValue | undefined): string {
  const name = quoteLess(pathText(path));
  if (got === undefined) return `${name}: missing, expected ${show(expected)}`;
  return `${name}: expected ${show(expected)}, got ${show(got)}`;
}

function quoteLess(name: string): string {
  return name.length > 80 ? quote(name, 80) : name;
}

function show(value: JsonValue | undefined): string {
  if (typeof value === "string") return quote(value, 80);
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

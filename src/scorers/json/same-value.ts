import { canonicalJson } from "../../core/data/digest.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../core/data/json.ts";
import { cutEnd } from "../text/quote.ts";
import { parseJsonAnswer } from "./parse-json-answer.ts";

/** Differences to ignore when comparing two JSON values. */
export interface Leniency {
  /** `"5"` equals 5, `"True"` equals true, null equals a missing field. */
  readonly looseTypes?: boolean;
  readonly ignoreCase?: boolean;
  readonly ignoreOrder?: boolean;
  /** Largest allowed difference of two numbers. */
  readonly numberTolerance?: number;
}

/** Whether two JSON values are equal; undefined stands for a missing field. */
export function isSameValue(
  one: JsonValue | undefined,
  other: JsonValue | undefined,
  leniency: Leniency,
): boolean {
  const [left, right] = [simplify(one, leniency), simplify(other, leniency)];
  const isNumeric = typeof left === "number" && typeof right === "number";
  if (isNumeric && Math.abs(left - right) <= (leniency.numberTolerance ?? 0)) return true;
  if (left === undefined || right === undefined) return left === right;
  return canonicalJson(left) === canonicalJson(right);
}

/** Normalizes a value so that ignored differences disappear. */
function simplify(value: JsonValue | undefined, leniency: Leniency): JsonValue | undefined {
  if (value === undefined || value === null) return leniency.looseTypes ? undefined : value;
  if (typeof value === "string") return simplifyText(value, leniency);
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => simplify(item, leniency) ?? null);
    return leniency.ignoreOrder ? items.map(canonicalJson).sort() : items;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value as JsonObject).flatMap(([key, item]) => {
    const simple = simplify(item, leniency);
    return simple === undefined ? [] : [[key, simple] as const];
  });
  return Object.fromEntries(entries);
}

function simplifyText(text: string, { looseTypes, ignoreCase }: Leniency): JsonValue {
  const plain = text.trim();
  if (looseTypes) {
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?$/.test(plain)) return Number(plain);
    const word = plain.toLowerCase();
    if (word === "true" || word === "false") return word === "true";
  }
  const compared = looseTypes ? plain : text;
  return ignoreCase ? compared.toLowerCase() : compared;
}

/** Share of correct arguments of a tool call (1 if none are expected), and the problems found. */
export function compareArguments(
  expected: JsonObject | undefined,
  written: string,
  leniency: Leniency & { readonly areExtrasWrong: boolean },
): { share: number; problems: readonly string[] } {
  if (expected === undefined) return { share: 1, problems: [] };
  const parsed = parseJsonAnswer(written.trim() === "" ? "{}" : written, false);
  if (!parsed.ok || !isJsonObject(parsed.value)) {
    return { share: 0, problems: [`the arguments are no JSON object: ${cutEnd(written, 80)}`] };
  }
  const got = parsed.value;
  const extra = leniency.areExtrasWrong
    ? Object.keys(got).filter((key) => !Object.hasOwn(expected, key))
    : [];
  const isIdle = (key: string) => isSameValue(own(got, key), undefined, leniency);
  const names = [...Object.keys(expected), ...extra.filter((key) => !isIdle(key))];
  const wrong = names.filter((name) => !isSameValue(own(got, name), own(expected, name), leniency));
  const share = names.length === 0 ? 1 : (names.length - wrong.length) / names.length;
  return { share, problems: wrong.map((name) => describe(name, own(expected, name), own(got, name))) };
}

function own(values: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

function describe(name: string, expected: JsonValue | undefined, got: JsonValue | undefined): string {
  const show = (value: JsonValue) => cutEnd(JSON.stringify(value), 80);
  if (expected === undefined) return `argument ${name} is not wanted, got ${show(got as JsonValue)}`;
  if (got === undefined) return `argument ${name} is missing, expected ${show(expected)}`;
  return `argument ${name}: expected ${show(expected)}, got ${show(got)}`;
}
